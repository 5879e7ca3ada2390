// Finding the UDP datagram in every kind of packet, or saying why there is none.
#include "hft/net/datagram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "net/bytes.hpp"

namespace hft::net::test {
namespace {

constexpr std::uint64_t group = 0xe9360c6f;  // 233.54.12.111
constexpr std::uint64_t host = 0x0a000001;
constexpr std::uint64_t group6_high = 0xff0e'0000'0000'0000;

std::string udp(std::string_view payload, std::size_t length = 0) {
  const std::size_t size = length == 0 ? 8 + payload.size() : length;
  return Bytes().u16(1111).u16(26477).u16(static_cast<unsigned>(size)).u16(0).text(payload).str();
}

struct Ipv4 {
  unsigned version_and_length = 0x45;
  int total_length = -1;  // -1: as it is
  unsigned fragment = 0x4000;
  unsigned protocol = 17;
  std::string options = "";
};

std::string ipv4(std::string_view body, const Ipv4& ip = {}) {
  const std::size_t size = 20 + ip.options.size() + body.size();
  Bytes bytes;
  bytes.u8(ip.version_and_length).u8(0);
  bytes.u16(ip.total_length < 0 ? static_cast<unsigned>(size)
                                : static_cast<unsigned>(ip.total_length));
  bytes.u16(7).u16(ip.fragment).u8(64).u8(ip.protocol).u16(0).u32(host).u32(group);
  return bytes.text(ip.options).text(body).str();
}

std::string ipv6(std::string_view body, unsigned next = 17) {
  Bytes bytes;
  bytes.u32(0x60000000).u16(static_cast<unsigned>(body.size())).u8(next).u8(64);
  bytes.u64(0xfe80'0000'0000'0000).u64(5).u64(group6_high).u64(9);
  return bytes.text(body).str();
}

std::string ethernet(std::string_view body, unsigned type = 0x0800) {
  return Bytes().zeros(12).u16(type).text(body).str();
}

std::string vlan(std::string_view body, unsigned inner_type) {
  return Bytes().u16(42).u16(inner_type).text(body).str();
}

struct Found {
  DatagramVerdict verdict;
  std::string payload;
  Datagram datagram;
};

Found parse(const std::string& bytes, std::uint16_t link_type = 1) {
  // A copy of the exact size, so that AddressSanitizer sees a read beyond the packet.
  const std::unique_ptr<std::byte[]> copy(new std::byte[bytes.size()]);
  std::copy_n(as_bytes(bytes).begin(), bytes.size(), copy.get());
  Packet packet = {};
  packet.bytes = {copy.get(), bytes.size()};
  packet.link_type = link_type;
  Found found = {};
  found.verdict = parse_datagram(packet, found.datagram);
  if (found.verdict == DatagramVerdict::udp) found.payload = as_text(found.datagram.payload);
  return found;
}

void expect_ipv4(const Found& found, std::string_view payload) {
  EXPECT_EQ(found.verdict, DatagramVerdict::udp) << name(found.verdict);
  EXPECT_EQ(found.payload, payload);
  EXPECT_EQ(found.datagram.destination, (Endpoint{0, group, 26477}));
  EXPECT_EQ(found.datagram.source, (Endpoint{0, host, 1111}));
}

void expect_ipv6(const Found& found, std::string_view payload) {
  EXPECT_EQ(found.verdict, DatagramVerdict::udp) << name(found.verdict);
  EXPECT_EQ(found.payload, payload);
  EXPECT_EQ(found.datagram.destination, (Endpoint{group6_high, 9, 26477}));
  EXPECT_EQ(found.datagram.source, (Endpoint{0xfe80'0000'0000'0000, 5, 1111}));
}

TEST(Datagram, FindsThePlainOne) {
  expect_ipv4(parse(ethernet(ipv4(udp("payload")))), "payload");
  expect_ipv4(parse(ethernet(ipv4(udp("")))), "");
}

TEST(Datagram, LeavesPaddingAndTrailersOut) {
  expect_ipv4(parse(ethernet(ipv4(udp("abc"))) + std::string(15, '\0')), "abc");
  // A datagram shorter than its IP packet says where its own end is.
  expect_ipv4(parse(ethernet(ipv4(udp("abcdef", 8 + 3)))), "abc");
}

TEST(Datagram, StepsOverVlanTags) {
  const std::string ip = ipv4(udp("abc"));
  std::string tagged = vlan(ip, 0x0800);
  for (const unsigned outer : {0x8100u, 0x88a8u, 0x9100u}) {
    expect_ipv4(parse(ethernet(tagged, outer)), "abc");
  }
  tagged = vlan(vlan(tagged, 0x8100), 0x88a8);
  expect_ipv4(parse(ethernet(tagged, 0x88a8)), "abc");
  tagged = vlan(tagged, 0x88a8);
  expect_ipv4(parse(ethernet(tagged, 0x88a8)), "abc");  // four
  EXPECT_EQ(parse(ethernet(vlan(tagged, 0x88a8), 0x88a8)).verdict, DatagramVerdict::malformed);
  expect_ipv6(parse(ethernet(vlan(ipv6(udp("abc")), 0x86dd), 0x8100)), "abc");
}

TEST(Datagram, StepsOverIpv4Options) {
  const Ipv4 longest{.version_and_length = 0x4f, .options = std::string(40, '\1')};
  expect_ipv4(parse(ethernet(ipv4(udp("abc"), longest))), "abc");
}

TEST(Datagram, TakesATotalLengthOfZeroAsAllThereIs) {
  expect_ipv4(parse(ethernet(ipv4(udp("abc"), {.total_length = 0}))), "abc");
}

TEST(Datagram, CountsFragmentsApart) {
  const auto verdict = [](unsigned fragment) {
    return parse(ethernet(ipv4(udp("abc"), {.fragment = fragment}))).verdict;
  };
  EXPECT_EQ(verdict(0x2000), DatagramVerdict::fragment);  // the first
  EXPECT_EQ(verdict(0x2005), DatagramVerdict::fragment);
  EXPECT_EQ(verdict(0x0005), DatagramVerdict::fragment);  // the last
  EXPECT_EQ(verdict(0x0000), DatagramVerdict::udp);
}

TEST(Datagram, TellsOtherTrafficApart) {
  EXPECT_EQ(parse(ethernet(ipv4("tcp..", {.protocol = 6}))).verdict, DatagramVerdict::not_udp);
  EXPECT_EQ(parse(ethernet(ipv6("tcp..", 6), 0x86dd)).verdict, DatagramVerdict::not_udp);
  EXPECT_EQ(parse(ethernet("arp..", 0x0806)).verdict, DatagramVerdict::not_ip);
  EXPECT_EQ(parse(ethernet("llc..", 5)).verdict, DatagramVerdict::not_ip);
}

TEST(Datagram, EveryCutOfAPacketIsTruncated) {
  const Ipv4 options{.version_and_length = 0x46, .options = "opts"};
  const std::string extension = Bytes().u8(17).u8(1).zeros(14).str();
  for (const std::string& whole :
       {ethernet(ipv4(udp("abc"))), ethernet(ipv4(udp("abc"), options)),
        ethernet(ipv6(udp("abc")), 0x86dd), ethernet(vlan(ipv4(udp("abc")), 0x0800), 0x8100),
        ethernet(ipv6(extension + udp("abc"), 0), 0x86dd)}) {
    ASSERT_EQ(parse(whole).verdict, DatagramVerdict::udp);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_EQ(parse(whole.substr(0, size)).verdict, DatagramVerdict::truncated) << size;
    }
  }
}

TEST(Datagram, ALengthBeyondThePacketIsTruncated) {
  EXPECT_EQ(parse(ethernet(ipv4(udp("abc", 8 + 4)))).verdict, DatagramVerdict::truncated);
  // Beyond the IP packet, though Ethernet's padding would have room.
  EXPECT_EQ(parse(ethernet(ipv4(udp("abc", 8 + 4))) + "padding").verdict,
            DatagramVerdict::truncated);
}

TEST(Datagram, HeadersThatContradictThemselvesAreMalformed) {
  EXPECT_EQ(parse(ethernet(ipv4(udp("abc", 7)))).verdict, DatagramVerdict::malformed);
  EXPECT_EQ(parse(ethernet(ipv4(udp("abc"), {.version_and_length = 0x44}))).verdict,
            DatagramVerdict::malformed);
  EXPECT_EQ(parse(ethernet(ipv4(udp("abc"), {.version_and_length = 0x65}))).verdict,
            DatagramVerdict::malformed);
  EXPECT_EQ(parse(ethernet(ipv4(udp("abc"), {.total_length = 19}))).verdict,
            DatagramVerdict::malformed);
  EXPECT_EQ(parse(ethernet(ipv4(udp("a long payload")), 0x86dd)).verdict,
            DatagramVerdict::malformed);
}

TEST(Datagram, StepsOverIpv6ExtensionHeaders) {
  const std::string hop_by_hop = Bytes().u8(43).u8(0).zeros(6).str();
  const std::string routing = Bytes().u8(51).u8(2).zeros(22).str();
  const std::string authentication = Bytes().u8(60).u8(4).zeros(22).str();
  const std::string destination = Bytes().u8(44).u8(0).zeros(6).str();
  const std::string atomic_fragment = Bytes().u8(17).u8(255).u16(0).u32(1).str();
  const std::string chain = hop_by_hop + routing + authentication + destination + atomic_fragment;
  expect_ipv6(parse(ethernet(ipv6(chain + udp("abc"), 0), 0x86dd)), "abc");
  for (const unsigned offset_and_flags : {0x0001u, 0x0008u, 0xfff8u}) {
    const std::string fragment = Bytes().u8(17).u8(0).u16(offset_and_flags).u32(1).str();
    EXPECT_EQ(parse(ethernet(ipv6(fragment + udp("abc"), 44), 0x86dd)).verdict,
              DatagramVerdict::fragment);
  }
  std::string endless;
  for (int i = 0; i < 9; ++i) endless += Bytes().u8(0).u8(0).zeros(6).str();
  EXPECT_EQ(parse(ethernet(ipv6(endless, 0), 0x86dd)).verdict, DatagramVerdict::malformed);
}

TEST(Datagram, KnowsTheLinkLayers) {
  const std::string four = ipv4(udp("abc"));
  const std::string six = ipv6(udp("abc"));
  const auto cooked = [](unsigned type, std::string_view body) {
    return Bytes().u16(2).u16(1).u16(6).u64(0).u16(type).text(body).str();
  };
  const auto cooked_2 = [](unsigned type, std::string_view body) {
    return Bytes().u16(type).u16(0).u32(3).u16(1).u8(2).u8(6).u64(0).text(body).str();
  };
  for (const std::uint16_t raw : {std::uint16_t{12}, std::uint16_t{101}}) {
    expect_ipv4(parse(four, raw), "abc");
    expect_ipv6(parse(six, raw), "abc");
  }
  expect_ipv4(parse(four, 228), "abc");
  expect_ipv6(parse(six, 229), "abc");
  EXPECT_EQ(parse(six, 228).verdict, DatagramVerdict::malformed);
  EXPECT_EQ(parse(ipv4(udp("a long payload")), 229).verdict, DatagramVerdict::malformed);
  expect_ipv4(parse(cooked(0x0800, four), 113), "abc");
  expect_ipv6(parse(cooked(0x86dd, six), 113), "abc");
  expect_ipv4(parse(cooked(0x8100, vlan(four, 0x0800)), 113), "abc");
  EXPECT_EQ(parse(cooked(0x0806, "arp"), 113).verdict, DatagramVerdict::not_ip);
  expect_ipv4(parse(cooked_2(0x0800, four), 276), "abc");
  expect_ipv6(parse(cooked_2(0x86dd, six), 276), "abc");
  for (const std::uint16_t null : {std::uint16_t{0}, std::uint16_t{108}}) {
    for (const ByteOrder order : {ByteOrder::big, ByteOrder::little}) {
      expect_ipv4(parse(Bytes(order).u32(2).text(four).str(), null), "abc");
      for (const unsigned family : {10u, 24u, 28u, 30u}) {
        expect_ipv6(parse(Bytes(order).u32(family).text(six).str(), null), "abc");
      }
      EXPECT_EQ(parse(Bytes(order).u32(7).text(four).str(), null).verdict, DatagramVerdict::not_ip);
    }
  }
  EXPECT_EQ(parse(four, 147).verdict, DatagramVerdict::unknown_link_type);
}

TEST(Datagram, EveryCutOfEveryLinkLayerIsTruncated) {
  const std::string four = ipv4(udp("abc"));
  const std::pair<std::uint16_t, std::string> cases[] = {
      {101, four},
      {113, Bytes().zeros(14).u16(0x0800).text(four).str()},
      {276, Bytes().u16(0x0800).zeros(18).text(four).str()},
      {0, Bytes().u32(2).text(four).str()}};
  for (const auto& [link_type, whole] : cases) {
    ASSERT_EQ(parse(whole, link_type).verdict, DatagramVerdict::udp);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_EQ(parse(whole.substr(0, size), link_type).verdict, DatagramVerdict::truncated);
    }
  }
}

TEST(Datagram, NamesKnownLinkTypesAndVerdicts) {
  constexpr std::uint16_t all_known[] = {0, 1, 12, 101, 108, 113, 228, 229, 276};
  for (const std::uint16_t known : all_known) {
    EXPECT_TRUE(is_known_link_type(known));
    EXPECT_NE(known_link_types().find(std::to_string(known)), std::string_view::npos);
  }
  EXPECT_FALSE(is_known_link_type(147));
  EXPECT_EQ(name(DatagramVerdict::fragment), "fragment");
  EXPECT_EQ(name(DatagramVerdict::unknown_link_type), "unknown_link_type");
}

}  // namespace
}  // namespace hft::net::test

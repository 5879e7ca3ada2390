// Sockets on loopback: counts and verdicts, what setup refuses and what it says to do.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "hft/base/clock.hpp"
#include "hft/base/error.hpp"
#include "hft/net/tcp_listener.hpp"
#include "hft/net/udp_socket.hpp"

namespace hft::net {
namespace {

constexpr std::uint32_t localhost = 0x7f000001;
constexpr std::uint32_t group = 0xefc0ff63;  // 239.192.255.99

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

template <class Do>
std::string error_of(Do&& make) {
  try {
    make();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

/// Both ends of a connection.
struct Pair {
  TcpListener listener{{localhost, 0}};
  TcpStream client = TcpStream::connect(listener.address());
  TcpStream server;

  Pair() {
    for (int k = 0; k < 1000 && listener.accept(server) != AcceptVerdict::accepted; ++k) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
};

IoResult read_soon(TcpStream& stream, std::span<std::byte> room) {
  pollfd wait{stream.fd(), POLLIN, 0};
  poll(&wait, 1, 1000);
  return stream.read(room);
}

Received receive_soon(UdpReceiver& receiver, std::span<std::byte> room) {
  pollfd wait{receiver.fd(), POLLIN, 0};
  poll(&wait, 1, 1000);
  return receiver.receive(room);
}

TEST(tcp, carries_bytes_both_ways) {
  Pair pair;
  ASSERT_TRUE(pair.server.is_open());
  EXPECT_EQ(pair.client.connect_verdict(), ConnectVerdict::connected);
  EXPECT_EQ(pair.client.write(bytes_of("order")).count, 5U);
  std::array<std::byte, 16> room;
  const IoResult got = read_soon(pair.server, room);
  EXPECT_EQ(got.verdict, IoVerdict::done);
  EXPECT_EQ(got.count, 5U);
  EXPECT_EQ(pair.server.read(room).verdict, IoVerdict::would_block);
  EXPECT_EQ(pair.server.peer_address(), pair.client.local_address());
}

TEST(tcp, has_no_delay_and_no_heirs) {
  Pair pair;
  for (TcpStream* const end : {&pair.client, &pair.server}) {
    int no_delay = 0;
    socklen_t size = sizeof no_delay;
    getsockopt(end->fd(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &size);
    EXPECT_NE(no_delay, 0);
    EXPECT_NE(fcntl(end->fd(), F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_NE(fcntl(end->fd(), F_GETFL) & O_NONBLOCK, 0);
  }
}

TEST(tcp, says_closed_and_raises_no_signal) {
  Pair pair;
  pair.client.close();
  std::array<std::byte, 16> room;
  EXPECT_EQ(read_soon(pair.server, room).verdict, IoVerdict::closed);
  // The first write is answered by a reset; the second would raise SIGPIPE.
  IoResult sent{IoVerdict::done, 0};
  for (int k = 0; k < 100 && sent.verdict == IoVerdict::done; ++k) {
    sent = pair.server.write(bytes_of("late"));
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(sent.verdict, IoVerdict::closed);
}

TEST(tcp, writes_until_the_reader_lags) {
  Pair pair;
  pair.server.set_send_buffer(4096);
  const std::vector<std::byte> much(1 << 20);
  std::size_t sent = 0;
  IoResult last{IoVerdict::done, 0};
  for (int k = 0; k < 1000 && last.verdict == IoVerdict::done; ++k) {
    last = pair.server.write(much);
    sent += last.count;
  }
  EXPECT_EQ(last.verdict, IoVerdict::would_block);
  EXPECT_EQ(last.count, 0U);
  std::vector<std::byte> room(1 << 16);
  std::size_t received = 0;
  while (received < sent) {
    const IoResult got = read_soon(pair.client, room);
    ASSERT_EQ(got.verdict, IoVerdict::done);
    received += got.count;
  }
  EXPECT_EQ(received, sent);
}

TEST(tcp, refusal_is_a_verdict) {
  SocketAddress nobody;
  {
    const TcpListener listener({localhost, 0});
    nobody = listener.address();
  }
  TcpStream stream = TcpStream::connect(nobody);
  ConnectVerdict verdict = ConnectVerdict::pending;
  for (int k = 0; k < 1000 && verdict == ConnectVerdict::pending; ++k) {
    verdict = stream.connect_verdict();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(verdict, ConnectVerdict::refused);
  EXPECT_NE(stream.refusal().find("refused"), std::string::npos) << stream.refusal();
  EXPECT_EQ(stream.connect_verdict(), ConnectVerdict::refused);  // and stays so
}

TEST(tcp, listener_refuses_with_a_remedy) {
  const TcpListener first({localhost, 0});
  const std::string in_use = error_of([&] { TcpListener second(first.address()); });
  EXPECT_NE(in_use.find("in use"), std::string::npos) << in_use;
  EXPECT_NE(in_use.find("another port"), std::string::npos) << in_use;
  const std::string foreign = error_of([] { TcpListener({0xc0000201, 0}); });
  EXPECT_NE(foreign.find("192.0.2.1 is no address of this machine"), std::string::npos) << foreign;
}

TEST(tcp, a_dead_listeners_port_is_free_at_once) {
  std::uint16_t port = 0;
  {
    Pair pair;  // closed by the listening side: its connection stays in TIME_WAIT
    port = pair.listener.address().port;
    pair.server.close();
  }
  EXPECT_EQ(error_of([&] { TcpListener({localhost, port}); }), "no error");
}

TEST(udp, multicast_on_loopback_reaches_every_receiver) {
  const UdpReceiverOptions options{{group, 30'501}, "lo"};
  UdpReceiver first(options), second(options);
  UdpSender sender({{group, 30'501}, "lo"});
  const std::uint64_t before_ns = system_ns(CLOCK_REALTIME);
  EXPECT_EQ(sender.send(bytes_of("packet")).count, 6U);
  for (UdpReceiver* const receiver : {&first, &second}) {
    std::array<std::byte, 64> room;
    const Received got = receive_soon(*receiver, room);
    ASSERT_EQ(got.verdict, IoVerdict::done);
    EXPECT_EQ(got.count, 6U);
    EXPECT_FALSE(got.truncated);
    EXPECT_GE(got.receive_time_ns, before_ns);
    EXPECT_LE(got.receive_time_ns, system_ns(CLOCK_REALTIME));
    EXPECT_EQ(receiver->receive(room).verdict, IoVerdict::would_block);
  }
}

TEST(udp, groups_that_were_not_joined_stay_away) {
  UdpReceiver joined({{group, 30'502}, "lo"}), other({{group + 1, 30'502}, "lo"});
  UdpSender sender({{group + 1, 30'502}, "lo"});
  sender.send(bytes_of("for the other"));
  std::array<std::byte, 64> room;
  EXPECT_EQ(receive_soon(other, room).verdict, IoVerdict::done);
  EXPECT_EQ(joined.receive(room).verdict, IoVerdict::would_block);
}

TEST(udp, counts_what_the_kernel_dropped) {
  UdpReceiver receiver({{localhost, 0}, "", 4096});
  UdpSender sender({receiver.address(), ""});
  const std::string packet(1000, 'p');
  constexpr int sent = 200;
  for (int k = 0; k < sent; ++k) sender.send(bytes_of(packet));
  std::array<std::byte, 2048> room;
  int received = 0;
  while (receiver.receive(room).verdict == IoVerdict::done) ++received;
  ASSERT_LT(received, sent);
  sender.send(bytes_of("next"));  // tells how many were lost before it
  EXPECT_EQ(receive_soon(receiver, room).count, 4U);
  EXPECT_EQ(receiver.kernel_drops(), static_cast<std::uint64_t>(sent - received));
}

TEST(udp, tells_a_datagram_larger_than_the_room) {
  UdpReceiver receiver({{localhost, 0}, ""});
  UdpSender sender({receiver.address(), ""});
  sender.send(bytes_of("longer than four"));
  std::array<std::byte, 4> room;
  const Received got = receive_soon(receiver, room);
  EXPECT_TRUE(got.truncated);
  EXPECT_EQ(got.count, 4U);
}

TEST(udp, sending_to_nobody_is_no_fault) {
  SocketAddress nobody;
  {
    const UdpReceiver receiver({{localhost, 0}, ""});
    nobody = receiver.address();
  }
  UdpSender sender({nobody, ""});
  for (int k = 0; k < 3; ++k) {
    EXPECT_EQ(sender.send(bytes_of("anyone?")).verdict, IoVerdict::done);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST(udp, setup_refuses_with_a_remedy) {
  const UdpReceiver first({{localhost, 0}, ""});
  const std::string in_use = error_of([&] { UdpReceiver({first.address(), ""}); });
  EXPECT_NE(in_use.find("in use"), std::string::npos) << in_use;
  const std::string interface = error_of([] { UdpReceiver({{group, 30'503}, "eth99"}); });
  EXPECT_NE(interface.find("'eth99'"), std::string::npos) << interface;
  EXPECT_NE(interface.find("lo (127.0.0.1)"), std::string::npos) << interface;
}

TEST(socket_address, is_read_strictly) {
  EXPECT_EQ(parse_address("239.192.255.99:26400"), (SocketAddress{group, 26'400}));
  EXPECT_EQ(text_of({group, 26'400}), "239.192.255.99:26400");
  EXPECT_TRUE(parse_address("239.192.255.99:1").is_multicast());
  EXPECT_FALSE(parse_address("127.0.0.1:1").is_multicast());
  for (const char* const bad :
       {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:1x", "127.0.0:1", "::1:1"}) {
    EXPECT_NE(error_of([&] { parse_address(bad); }), "no error") << bad;
  }
}

}  // namespace
}  // namespace hft::net

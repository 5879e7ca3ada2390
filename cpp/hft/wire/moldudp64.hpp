// MoldUDP64, byte for byte: Nasdaq's packet framing over UDP multicast.
//
// Source: "MoldUDP64 Protocol Specification", version 1.00, 7 July 2009. All integers are
// big-endian. After the header come `message_count` blocks of a length and that many bytes.
#pragma once

#include "hft/base/layout.hpp"

namespace hft::wire::moldudp64 {

inline constexpr std::uint16_t heartbeat_count = 0;            // carries the next sequence number
inline constexpr std::uint16_t end_of_session_count = 0xffff;  // likewise

struct DownstreamHeader {
  Alpha<10> session;
  Be64 sequence_number;  // of the first message in the packet
  Be16 message_count;
};

struct MessageBlock {
  Be16 message_length;  // bytes that follow, these two excluded
};

struct RequestPacket {  // asks a re-request server for messages again
  Alpha<10> session;
  Be64 sequence_number;
  Be16 requested_message_count;
};

}  // namespace hft::wire::moldudp64

HFT_LAYOUT(hft::wire::moldudp64::DownstreamHeader, 20, session, sequence_number, message_count);
HFT_LAYOUT(hft::wire::moldudp64::MessageBlock, 2, message_length);
HFT_LAYOUT(hft::wire::moldudp64::RequestPacket, 20, session, sequence_number,
           requested_message_count);

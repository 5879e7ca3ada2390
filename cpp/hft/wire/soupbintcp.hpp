// SoupBinTCP 3.00, byte for byte: how Nasdaq carries messages over TCP, in both directions.
//
// Source: "SoupBinTCP" specification, version 3.00 with the revision of 20 July 2009. A stream is a
// run of packets: a length, a type letter, a payload. Integers are big-endian; numbers in text are
// ASCII digits, padded on the left with spaces. Sequence numbers are counted, never sent: only
// sequenced data counts, from 1 in each session.
#pragma once

#include "hft/base/layout.hpp"

namespace hft::wire::soupbintcp {

struct PacketHeader {
  Be16 packet_length;  // bytes that follow this field: the type and the payload
  char packet_type;
};

inline constexpr std::size_t length_size = 2;  // what packet_length does not count: itself

// Types without a payload, or with one that is text or a message of the protocol above.
inline constexpr char debug = '+';  // either side; text for people, to be ignored
inline constexpr char sequenced_data = 'S';
inline constexpr char server_heartbeat = 'H';  // nothing else was sent for a second
inline constexpr char end_of_session = 'Z';
inline constexpr char unsequenced_data = 'U';
inline constexpr char client_heartbeat = 'R';
inline constexpr char logout_request = 'O';

struct LoginAccepted {  // 'A': the first packet after a good login
  static constexpr char tag = 'A';
  Be16 packet_length;
  char packet_type;
  Alpha<10> session;          // padded on the left with spaces
  Alpha<20> sequence_number;  // digits: of the next sequenced packet
};

struct LoginRejected {  // 'J': the server closes the connection after it
  static constexpr char tag = 'J';
  Be16 packet_length;
  char packet_type;
  char reject_reason_code;  // A not authorized, S session not available
};

struct LoginRequest {  // 'L': the client's first packet
  static constexpr char tag = 'L';
  Be16 packet_length;
  char packet_type;
  Alpha<6> username;                    // padded on the right; letters of either case are the same
  Alpha<10> password;                   // likewise
  Alpha<10> requested_session;          // all spaces: the one that runs now
  Alpha<20> requested_sequence_number;  // digits: the next one wanted; 0: the newest
};

}  // namespace hft::wire::soupbintcp

HFT_LAYOUT(hft::wire::soupbintcp::PacketHeader, 3, packet_length, packet_type);
HFT_LAYOUT(hft::wire::soupbintcp::LoginAccepted, 33, packet_length, packet_type, session,
           sequence_number);
HFT_LAYOUT(hft::wire::soupbintcp::LoginRejected, 4, packet_length, packet_type, reject_reason_code);
HFT_LAYOUT(hft::wire::soupbintcp::LoginRequest, 49, packet_length, packet_type, username, password,
           requested_session, requested_sequence_number);

// Every field of every SoupBinTCP and OUCH message: its name, place, kind and width.
//
// The tables are written out here a second time, from the specifications, so that a field left out,
// swapped, of the wrong width or the wrong kind fails although the struct is still without padding.
// `name>4` is a big-endian number of 4 bytes, `name.8` a text of 8.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "hft/wire/ouch42.hpp"
#include "hft/wire/ouch50.hpp"
#include "hft/wire/soupbintcp.hpp"

namespace hft::wire {
namespace {

using Tables = std::map<char, std::string>;

template <class Message>
std::string described() {
  std::string text;
  for (const Field& field : Layout<Message>::fields) {
    text += text.empty() ? "" : " ";
    text += field.name;
    text += field.kind == FieldKind::big ? ">" : field.kind == FieldKind::text ? "." : "?";
    text += std::to_string(field.size);
  }
  return text;
}

struct Collect {
  template <class Message>
  void operator()() {
    EXPECT_EQ(found->count(Message::tag), 0u) << Message::tag;
    (*found)[Message::tag] = described<Message>();
  }
  Tables* found;
};

const std::string order_50 =
    " side.1 shares>4 symbol.8 price>8 time_in_force.1 display.1 order_reference_number>8 "
    "capacity.1 intermarket_sweep_eligibility.1 cross_type.1 order_state.1 cl_ord_id.14 "
    "appendage_length>2";
const std::string named_50 = "message_type.1 timestamp>8 user_ref_num>4";

TEST(OuchLayout, MessagesOf50ToTheVenue) {
  const Tables expected{
      {'O',
       "message_type.1 user_ref_num>4 side.1 shares>4 symbol.8 price>8 time_in_force.1 display.1 "
       "capacity.1 intermarket_sweep_eligibility.1 cross_type.1 cl_ord_id.14 appendage_length>2"},
      {'U',
       "message_type.1 orig_user_ref_num>4 user_ref_num>4 shares>4 price>8 time_in_force.1 "
       "display.1 intermarket_sweep_eligibility.1 cl_ord_id.14 appendage_length>2"},
      {'X', "message_type.1 user_ref_num>4 shares>4"},
      {'M', "message_type.1 user_ref_num>4 side.1 shares>4"},
      {'C', "message_type.1 user_ref_num>4 firm.4 symbol.8 appendage_length>2"},
      {'D', "message_type.1 user_ref_num>4 firm.4 appendage_length>2"},
      {'E', "message_type.1 user_ref_num>4 firm.4 appendage_length>2"},
      {'Q', "message_type.1"},
  };
  Tables found;
  ouch50::for_each_inbound(Collect{&found});
  EXPECT_EQ(found, expected);
}

TEST(OuchLayout, MessagesOf50FromTheVenue) {
  const std::string aiq =
      " decrement_shares>4 order_cancel_reason.1 shares_prevented_from_trading>4 "
      "execution_price>8 liquidity_flag.1";
  const Tables expected{
      {'S', "message_type.1 timestamp>8 event_code.1"},
      {'A', named_50 + order_50},
      {'U', "message_type.1 timestamp>8 orig_user_ref_num>4 user_ref_num>4" + order_50},
      {'C', named_50 + " shares>4 cancel_order_reason.1"},
      {'D', named_50 + aiq},
      {'E', named_50 + " shares>4 price>8 liquidity_flag.1 match_number>8 appendage_length>2"},
      {'B', named_50 + " match_number>8 broken_trade_reason.1 cl_ord_id.14"},
      {'F', named_50 +
                " shares>4 price>8 liquidity_flag.1 match_number>8 trade_correction_reason.1 "
                "cl_ord_id.14"},
      {'J', named_50 + " rejected_order_reason>2 cl_ord_id.14"},
      {'P', named_50},
      {'I', named_50},
      {'T', named_50 + " price>8 display.1 order_reference_number>8"},
      {'M', named_50 + " side.1 shares>4"},
      {'R', named_50 + " order_restated_reason.1 appendage_length>2"},
      {'X', named_50 + " firm.4 symbol.8 appendage_length>2"},
      {'G', named_50 + " firm.4 appendage_length>2"},
      {'K', named_50 + " firm.4 appendage_length>2"},
      {'Q', "message_type.1 timestamp>8 next_user_ref_num>4"},
  };
  Tables found;
  ouch50::for_each_outbound(Collect{&found});
  EXPECT_EQ(found, expected);
  EXPECT_EQ(described<ouch50::outbound::AiqCanceledWithStrategy>(),
            named_50 + aiq + " aiq_strategy.1");
}

TEST(OuchLayout, MessagesOf42ToTheVenue) {
  const Tables expected{
      {'O',
       "message_type.1 order_token.14 buy_sell_indicator.1 shares>4 stock.8 price>4 "
       "time_in_force>4 firm.4 display.1 capacity.1 intermarket_sweep_eligibility.1 "
       "minimum_shares>4 cross_type.1 customer_type.1"},
      {'U',
       "message_type.1 existing_order_token.14 replacement_order_token.14 shares>4 price>4 "
       "time_in_force>4 display.1 intermarket_sweep_eligibility.1 minimum_shares>4"},
      {'X', "message_type.1 order_token.14 shares>4"},
      {'M', "message_type.1 order_token.14 buy_sell_indicator.1 shares>4"},
      {'N', "message_type.1 order_token.14"},
  };
  Tables found;
  ouch42::for_each_inbound(Collect{&found});
  EXPECT_EQ(found, expected);
}

TEST(OuchLayout, MessagesOf42FromTheVenue) {
  const std::string named = "message_type.1 timestamp>8 order_token.14";
  const std::string order =
      " buy_sell_indicator.1 shares>4 stock.8 price>4 time_in_force>4 firm.4 display.1 "
      "order_reference_number>8 capacity.1 intermarket_sweep_eligibility.1 minimum_shares>4 "
      "cross_type.1 order_state.1";
  const std::string execution =
      " executed_shares>4 execution_price>4 liquidity_flag.1 match_number>8";
  const std::string weight = " bbo_weight_indicator.1";  // foreign name
  const Tables expected{
      {'S', "message_type.1 timestamp>8 event_code.1"},
      {'A', named + order + weight},
      {'U', "message_type.1 timestamp>8 replacement_order_token.14" + order +
                " previous_order_token.14" + weight},
      {'C', named + " decrement_shares>4 reason.1"},
      {'D', named +
                " decrement_shares>4 reason.1 shares_prevented_from_trading>4 execution_price>4 "
                "liquidity_flag.1"},
      {'E', named + execution},
      {'G', named + execution + " reference_price>4 reference_price_type.1"},
      {'B', named + " match_number>8 reason.1"},
      {'F', named + execution + " reason.1"},
      {'J', named + " reason.1"},
      {'P', named},
      {'I', named},
      {'T', named + " price>4 display.1 order_reference_number>8"},
      {'M', named + " buy_sell_indicator.1 shares>4"},
      {'N', named},
  };
  Tables found;
  ouch42::for_each_outbound(Collect{&found});
  EXPECT_EQ(found, expected);
}

TEST(SoupBinTcpLayout, PacketsWithFieldsOfTheirOwn) {
  const std::string head = "packet_length>2 packet_type.1";
  EXPECT_EQ(described<soupbintcp::PacketHeader>(), head);
  EXPECT_EQ(described<soupbintcp::LoginAccepted>(), head + " session.10 sequence_number.20");
  EXPECT_EQ(described<soupbintcp::LoginRejected>(), head + " reject_reason_code.1");
  EXPECT_EQ(described<soupbintcp::LoginRequest>(),
            head + " username.6 password.10 requested_session.10 requested_sequence_number.20");
  const std::string letters{soupbintcp::LoginAccepted::tag, soupbintcp::LoginRejected::tag,
                            soupbintcp::LoginRequest::tag,  soupbintcp::debug,
                            soupbintcp::sequenced_data,     soupbintcp::server_heartbeat,
                            soupbintcp::end_of_session,     soupbintcp::unsequenced_data,
                            soupbintcp::client_heartbeat,   soupbintcp::logout_request};
  EXPECT_EQ(letters, "AJL+SHZURO");
}

}  // namespace
}  // namespace hft::wire

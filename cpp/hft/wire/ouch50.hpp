// Nasdaq OUCH 5.0, byte for byte: order entry, every message in both directions.
//
// Source: "OUCH 5.0 Order Entry Specification" (Nasdaq, revisions 2021 to October 2025), field by
// field as public dissectors and codecs of it agree. All integers are big-endian; a price counts
// 1e-4 USD; a timestamp is ns since midnight, New York; alphas are padded on the right with spaces.
// Names are the specification's, in snake_case, but where it says Quantity (a foreign name) this
// says shares, as OUCH 4.2 does.
//
// After the fields named here may come the appendage: a length (Be16, part of the messages that
// always have one) and that many bytes of elements {length, tag, value}: see ouch50_appendage.hpp.
// Later revisions let every message but SystemEvent end with one; absent and empty are the same.
#pragma once

#include "hft/base/layout.hpp"

namespace hft::wire::ouch50 {

namespace inbound {  // from us to the venue: SoupBinTCP unsequenced data

struct EnterOrder {  // 'O'
  static constexpr char tag = 'O';
  char message_type;
  Be32 user_ref_num;  // from 1, strictly increasing in a day
  char side;          // B buy, S sell, T sell short, E sell short exempt
  Be32 shares;        // 1 to 999,999
  Alpha<8> symbol;
  Be64 price;
  char time_in_force;                  // 0 day, 3 immediate, 5 GTX, 6 GTT, E after hours
  char display;                        // Y visible, N hidden, A attributable
  char capacity;                       // A agency, P principal, R riskless, O other
  char intermarket_sweep_eligibility;  // Y or N
  char cross_type;  // N continuous, O opening, C closing, H halt, S supplemental, R retail, ...
  Alpha<14> cl_ord_id;
  Be16 appendage_length;
};

struct ReplaceOrder {  // 'U'
  static constexpr char tag = 'U';
  char message_type;
  Be32 orig_user_ref_num;
  Be32 user_ref_num;
  Be32 shares;  // of the whole chain of replaces, what was executed included
  Be64 price;
  char time_in_force;
  char display;
  char intermarket_sweep_eligibility;
  Alpha<14> cl_ord_id;
  Be16 appendage_length;
};

struct CancelOrder {  // 'X'
  static constexpr char tag = 'X';
  char message_type;
  Be32 user_ref_num;
  Be32 shares;  // what may execute in all from now on, the executed part included; 0: no more
};

struct ModifyOrder {  // 'M': another side letter of a sale, or fewer shares, keeping the place
  static constexpr char tag = 'M';
  char message_type;
  Be32 user_ref_num;
  char side;
  Be32 shares;
};

struct MassCancel {  // 'C': all orders of a firm, or of a firm in a symbol
  static constexpr char tag = 'C';
  char message_type;
  Be32 user_ref_num;
  Alpha<4> firm;
  Alpha<8> symbol;  // spaces: all
  Be16 appendage_length;
};

struct DisableOrderEntry {  // 'D': no more orders of a firm
  static constexpr char tag = 'D';
  char message_type;
  Be32 user_ref_num;
  Alpha<4> firm;
  Be16 appendage_length;
};

struct EnableOrderEntry {  // 'E'
  static constexpr char tag = 'E';
  char message_type;
  Be32 user_ref_num;
  Alpha<4> firm;
  Be16 appendage_length;
};

struct AccountQuery {  // 'Q': which user_ref_num comes next?
  static constexpr char tag = 'Q';
  char message_type;
};

}  // namespace inbound

namespace outbound {  // from the venue to us: SoupBinTCP sequenced data

struct SystemEvent {  // 'S'
  static constexpr char tag = 'S';
  char message_type;
  Be64 timestamp;
  char event_code;  // S start of day, E end of day
};

struct OrderAccepted {  // 'A'
  static constexpr char tag = 'A';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
  char side;
  Be32 shares;
  Alpha<8> symbol;
  Be64 price;
  char time_in_force;
  char display;  // as entered, or Z: entered as displayed and hidden, to comply
  Be64 order_reference_number;
  char capacity;
  char intermarket_sweep_eligibility;
  char cross_type;
  char order_state;  // L live, D dead
  Alpha<14> cl_ord_id;
  Be16 appendage_length;
};

struct OrderReplaced {  // 'U'
  static constexpr char tag = 'U';
  char message_type;
  Be64 timestamp;
  Be32 orig_user_ref_num;
  Be32 user_ref_num;
  char side;
  Be32 shares;  // open now
  Alpha<8> symbol;
  Be64 price;
  char time_in_force;
  char display;
  Be64 order_reference_number;
  char capacity;
  char intermarket_sweep_eligibility;
  char cross_type;
  char order_state;
  Alpha<14> cl_ord_id;
  Be16 appendage_length;
};

struct OrderCanceled {  // 'C'
  static constexpr char tag = 'C';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
  Be32 shares;  // that left the order now
  char cancel_order_reason;
};

struct AiqCanceled {  // 'D': it would have traded with an order of the same owner
  static constexpr char tag = 'D';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
  Be32 decrement_shares;  // that left the order now
  char order_cancel_reason;
  Be32 shares_prevented_from_trading;
  Be64 execution_price;  // at which it would have traded
  char liquidity_flag;
};

struct AiqCanceledWithStrategy {  // 'D' as later revisions have it, one byte longer
  static constexpr char tag = 'D';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
  Be32 decrement_shares;
  char order_cancel_reason;
  Be32 shares_prevented_from_trading;
  Be64 execution_price;
  char liquidity_flag;
  char aiq_strategy;
};

struct OrderExecuted {  // 'E'
  static constexpr char tag = 'E';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
  Be32 shares;  // executed now
  Be64 price;
  char liquidity_flag;  // A added, R removed, O C H crosses, ...
  Be64 match_number;
  Be16 appendage_length;
};

struct BrokenTrade {  // 'B': an execution is undone
  static constexpr char tag = 'B';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
  Be64 match_number;
  char broken_trade_reason;  // E erroneous, C consent, S supervisory, X external
  Alpha<14> cl_ord_id;
};

struct TradeCorrection {  // 'F': an execution has another price; gone from later revisions
  static constexpr char tag = 'F';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
  Be32 shares;
  Be64 price;
  char liquidity_flag;
  Be64 match_number;
  char trade_correction_reason;
  Alpha<14> cl_ord_id;
};

struct RejectedOrder {  // 'J'
  static constexpr char tag = 'J';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
  Be16 rejected_order_reason;
  Alpha<14> cl_ord_id;
};

struct CancelPending {  // 'P': an order of a cross cannot be cancelled before it
  static constexpr char tag = 'P';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
};

struct CancelReject {  // 'I': an order of a cross cannot be reduced before it
  static constexpr char tag = 'I';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
};

struct OrderPriorityUpdate {  // 'T': the order queues anew
  static constexpr char tag = 'T';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
  Be64 price;
  char display;
  Be64 order_reference_number;  // its new one
};

struct OrderModified {  // 'M'
  static constexpr char tag = 'M';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
  char side;
  Be32 shares;  // outstanding
};

struct OrderRestated {  // 'R': the venue changed what it shows; the appendage says how
  static constexpr char tag = 'R';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
  char order_restated_reason;  // R refresh of a reserve order, P update of the displayed price
  Be16 appendage_length;
};

struct MassCancelResponse {  // 'X'
  static constexpr char tag = 'X';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
  Alpha<4> firm;
  Alpha<8> symbol;
  Be16 appendage_length;
};

struct DisableOrderEntryResponse {  // 'G'
  static constexpr char tag = 'G';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
  Alpha<4> firm;
  Be16 appendage_length;
};

struct EnableOrderEntryResponse {  // 'K'
  static constexpr char tag = 'K';
  char message_type;
  Be64 timestamp;
  Be32 user_ref_num;
  Alpha<4> firm;
  Be16 appendage_length;
};

struct AccountQueryResponse {  // 'Q'
  static constexpr char tag = 'Q';
  char message_type;
  Be64 timestamp;
  Be32 next_user_ref_num;
};

}  // namespace outbound

/// Calls `visit.template operator()<Message>()` once for each message from us to the venue.
template <class Visit>
constexpr void for_each_inbound(Visit&& visit) {
  visit.template operator()<inbound::EnterOrder>();
  visit.template operator()<inbound::ReplaceOrder>();
  visit.template operator()<inbound::CancelOrder>();
  visit.template operator()<inbound::ModifyOrder>();
  visit.template operator()<inbound::MassCancel>();
  visit.template operator()<inbound::DisableOrderEntry>();
  visit.template operator()<inbound::EnableOrderEntry>();
  visit.template operator()<inbound::AccountQuery>();
}

/// Likewise for each message from the venue to us; 'D' in its first form.
template <class Visit>
constexpr void for_each_outbound(Visit&& visit) {
  visit.template operator()<outbound::SystemEvent>();
  visit.template operator()<outbound::OrderAccepted>();
  visit.template operator()<outbound::OrderReplaced>();
  visit.template operator()<outbound::OrderCanceled>();
  visit.template operator()<outbound::AiqCanceled>();
  visit.template operator()<outbound::OrderExecuted>();
  visit.template operator()<outbound::BrokenTrade>();
  visit.template operator()<outbound::TradeCorrection>();
  visit.template operator()<outbound::RejectedOrder>();
  visit.template operator()<outbound::CancelPending>();
  visit.template operator()<outbound::CancelReject>();
  visit.template operator()<outbound::OrderPriorityUpdate>();
  visit.template operator()<outbound::OrderModified>();
  visit.template operator()<outbound::OrderRestated>();
  visit.template operator()<outbound::MassCancelResponse>();
  visit.template operator()<outbound::DisableOrderEntryResponse>();
  visit.template operator()<outbound::EnableOrderEntryResponse>();
  visit.template operator()<outbound::AccountQueryResponse>();
}

/// Whether the message always has an appendage length, as its last field.
template <class Message>
inline constexpr bool has_appendage_length = requires(Message m) {
  m.appendage_length;
};

}  // namespace hft::wire::ouch50

HFT_LAYOUT(hft::wire::ouch50::inbound::EnterOrder, 47, message_type, user_ref_num, side, shares,
           symbol, price, time_in_force, display, capacity, intermarket_sweep_eligibility,
           cross_type, cl_ord_id, appendage_length);
HFT_LAYOUT(hft::wire::ouch50::inbound::ReplaceOrder, 40, message_type, orig_user_ref_num,
           user_ref_num, shares, price, time_in_force, display, intermarket_sweep_eligibility,
           cl_ord_id, appendage_length);
HFT_LAYOUT(hft::wire::ouch50::inbound::CancelOrder, 9, message_type, user_ref_num, shares);
HFT_LAYOUT(hft::wire::ouch50::inbound::ModifyOrder, 10, message_type, user_ref_num, side, shares);
HFT_LAYOUT(hft::wire::ouch50::inbound::MassCancel, 19, message_type, user_ref_num, firm, symbol,
           appendage_length);
HFT_LAYOUT(hft::wire::ouch50::inbound::DisableOrderEntry, 11, message_type, user_ref_num, firm,
           appendage_length);
HFT_LAYOUT(hft::wire::ouch50::inbound::EnableOrderEntry, 11, message_type, user_ref_num, firm,
           appendage_length);
HFT_LAYOUT(hft::wire::ouch50::inbound::AccountQuery, 1, message_type);
HFT_LAYOUT(hft::wire::ouch50::outbound::SystemEvent, 10, message_type, timestamp, event_code);
HFT_LAYOUT(hft::wire::ouch50::outbound::OrderAccepted, 64, message_type, timestamp, user_ref_num,
           side, shares, symbol, price, time_in_force, display, order_reference_number, capacity,
           intermarket_sweep_eligibility, cross_type, order_state, cl_ord_id, appendage_length);
HFT_LAYOUT(hft::wire::ouch50::outbound::OrderReplaced, 68, message_type, timestamp,
           orig_user_ref_num, user_ref_num, side, shares, symbol, price, time_in_force, display,
           order_reference_number, capacity, intermarket_sweep_eligibility, cross_type, order_state,
           cl_ord_id, appendage_length);
HFT_LAYOUT(hft::wire::ouch50::outbound::OrderCanceled, 18, message_type, timestamp, user_ref_num,
           shares, cancel_order_reason);
HFT_LAYOUT(hft::wire::ouch50::outbound::AiqCanceled, 31, message_type, timestamp, user_ref_num,
           decrement_shares, order_cancel_reason, shares_prevented_from_trading, execution_price,
           liquidity_flag);
HFT_LAYOUT(hft::wire::ouch50::outbound::AiqCanceledWithStrategy, 32, message_type, timestamp,
           user_ref_num, decrement_shares, order_cancel_reason, shares_prevented_from_trading,
           execution_price, liquidity_flag, aiq_strategy);
HFT_LAYOUT(hft::wire::ouch50::outbound::OrderExecuted, 36, message_type, timestamp, user_ref_num,
           shares, price, liquidity_flag, match_number, appendage_length);
HFT_LAYOUT(hft::wire::ouch50::outbound::BrokenTrade, 36, message_type, timestamp, user_ref_num,
           match_number, broken_trade_reason, cl_ord_id);
HFT_LAYOUT(hft::wire::ouch50::outbound::TradeCorrection, 49, message_type, timestamp, user_ref_num,
           shares, price, liquidity_flag, match_number, trade_correction_reason, cl_ord_id);
HFT_LAYOUT(hft::wire::ouch50::outbound::RejectedOrder, 29, message_type, timestamp, user_ref_num,
           rejected_order_reason, cl_ord_id);
HFT_LAYOUT(hft::wire::ouch50::outbound::CancelPending, 13, message_type, timestamp, user_ref_num);
HFT_LAYOUT(hft::wire::ouch50::outbound::CancelReject, 13, message_type, timestamp, user_ref_num);
HFT_LAYOUT(hft::wire::ouch50::outbound::OrderPriorityUpdate, 30, message_type, timestamp,
           user_ref_num, price, display, order_reference_number);
HFT_LAYOUT(hft::wire::ouch50::outbound::OrderModified, 18, message_type, timestamp, user_ref_num,
           side, shares);
HFT_LAYOUT(hft::wire::ouch50::outbound::OrderRestated, 16, message_type, timestamp, user_ref_num,
           order_restated_reason, appendage_length);
HFT_LAYOUT(hft::wire::ouch50::outbound::MassCancelResponse, 27, message_type, timestamp,
           user_ref_num, firm, symbol, appendage_length);
HFT_LAYOUT(hft::wire::ouch50::outbound::DisableOrderEntryResponse, 19, message_type, timestamp,
           user_ref_num, firm, appendage_length);
HFT_LAYOUT(hft::wire::ouch50::outbound::EnableOrderEntryResponse, 19, message_type, timestamp,
           user_ref_num, firm, appendage_length);
HFT_LAYOUT(hft::wire::ouch50::outbound::AccountQueryResponse, 13, message_type, timestamp,
           next_user_ref_num);

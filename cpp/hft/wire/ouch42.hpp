// Nasdaq OUCH 4.2, byte for byte: order entry, every message in both directions.
//
// Source: "O*U*C*H Version 4.2", 25 February 2013; trade now, trade correction and executed with
// reference price as later revisions (to 2019) have them. All integers are big-endian; a price
// counts 1e-4 USD; a timestamp is ns since midnight, New York; alphas are padded on the right with
// spaces. Names are the specification's, in snake_case, but where it says Quantity (a foreign name)
// this says shares.
#pragma once

#include "hft/base/layout.hpp"

namespace hft::wire::ouch42 {

using Token = Alpha<14>;  // letters, digits and spaces; told apart by case; unique in a day

namespace inbound {  // from us to the venue: SoupBinTCP unsequenced data

struct EnterOrder {  // 'O'
  static constexpr char tag = 'O';
  char message_type;
  Token order_token;
  char buy_sell_indicator;  // B buy, S sell, T sell short, E sell short exempt
  Be32 shares;              // 1 to 999,999
  Alpha<8> stock;
  Be32 price;
  Be32 time_in_force;  // seconds; 0 immediate, 99998 market hours, 99999 system hours
  Alpha<4> firm;       // spaces: the port's own
  char display;        // Y anonymous, A attributable, N hidden, P post only, I imbalance only, ...
  char capacity;       // A agency, P principal, R riskless; all else becomes O other
  char intermarket_sweep_eligibility;  // Y or N
  Be32 minimum_shares;                 // to execute at least
  char cross_type;     // N none, O opening, C closing, H halt or new, S supplemental, R retail
  char customer_type;  // R retail, N not, space: the port's own
};

struct ReplaceOrder {  // 'U'
  static constexpr char tag = 'U';
  char message_type;
  Token existing_order_token;
  Token replacement_order_token;
  Be32 shares;  // of the whole chain of replaces, what was executed included
  Be32 price;
  Be32 time_in_force;
  char display;
  char intermarket_sweep_eligibility;
  Be32 minimum_shares;
};

struct CancelOrder {  // 'X'
  static constexpr char tag = 'X';
  char message_type;
  Token order_token;
  Be32 shares;  // what may execute in all from now on, the executed part included; 0: no more
};

struct ModifyOrder {  // 'M': another side letter of a sale, or fewer shares, keeping the place
  static constexpr char tag = 'M';
  char message_type;
  Token order_token;
  char buy_sell_indicator;
  Be32 shares;
};

struct TradeNow {  // 'N': a resting hidden order takes what it locks with
  static constexpr char tag = 'N';
  char message_type;
  Token order_token;
};

}  // namespace inbound

namespace outbound {  // from the venue to us: SoupBinTCP sequenced data

struct SystemEvent {  // 'S'
  static constexpr char tag = 'S';
  char message_type;
  Be64 timestamp;
  char event_code;  // S start of day, E end of day
};

struct Accepted {  // 'A'
  static constexpr char tag = 'A';
  char message_type;
  Be64 timestamp;
  Token order_token;
  char buy_sell_indicator;
  Be32 shares;
  Alpha<8> stock;
  Be32 price;
  Be32 time_in_force;
  Alpha<4> firm;
  char display;  // as entered, or Z: entered as displayed and hidden, to comply
  Be64 order_reference_number;
  char capacity;
  char intermarket_sweep_eligibility;
  Be32 minimum_shares;
  char cross_type;
  char order_state;           // L live, D dead
  char bbo_weight_indicator;  // foreign name: how much the order adds at the touch
};

struct Replaced {  // 'U'
  static constexpr char tag = 'U';
  char message_type;
  Be64 timestamp;
  Token replacement_order_token;
  char buy_sell_indicator;
  Be32 shares;  // open now
  Alpha<8> stock;
  Be32 price;
  Be32 time_in_force;
  Alpha<4> firm;
  char display;
  Be64 order_reference_number;
  char capacity;
  char intermarket_sweep_eligibility;
  Be32 minimum_shares;
  char cross_type;
  char order_state;
  Token previous_order_token;
  char bbo_weight_indicator;  // foreign name
};

struct Canceled {  // 'C'
  static constexpr char tag = 'C';
  char message_type;
  Be64 timestamp;
  Token order_token;
  Be32 decrement_shares;  // that left the order now
  char reason;  // U user, I immediate, T timeout, S supervisory, D regulatory, Q self, Z system
};

struct AiqCanceled {  // 'D': it would have traded with an order of the same owner
  static constexpr char tag = 'D';
  char message_type;
  Be64 timestamp;
  Token order_token;
  Be32 decrement_shares;
  char reason;  // Q
  Be32 shares_prevented_from_trading;
  Be32 execution_price;  // at which it would have traded
  char liquidity_flag;
};

struct Executed {  // 'E'
  static constexpr char tag = 'E';
  char message_type;
  Be64 timestamp;
  Token order_token;
  Be32 executed_shares;
  Be32 execution_price;
  char liquidity_flag;
  Be64 match_number;
};

struct ExecutedWithReferencePrice {  // 'G'
  static constexpr char tag = 'G';
  char message_type;
  Be64 timestamp;
  Token order_token;
  Be32 executed_shares;
  Be32 execution_price;
  char liquidity_flag;
  Be64 match_number;
  Be32 reference_price;
  char reference_price_type;
};

struct BrokenTrade {  // 'B': an execution is undone
  static constexpr char tag = 'B';
  char message_type;
  Be64 timestamp;
  Token order_token;
  Be64 match_number;
  char reason;  // E erroneous, C consent, S supervisory, X external
};

struct TradeCorrection {  // 'F': an execution has another price
  static constexpr char tag = 'F';
  char message_type;
  Be64 timestamp;
  Token order_token;
  Be32 executed_shares;
  Be32 execution_price;
  char liquidity_flag;
  Be64 match_number;
  char reason;
};

struct RejectedOrder {  // 'J'
  static constexpr char tag = 'J';
  char message_type;
  Be64 timestamp;
  Token order_token;
  char reason;  // a letter; clients must expect any
};

struct CancelPending {  // 'P': an order of a cross cannot be cancelled before it
  static constexpr char tag = 'P';
  char message_type;
  Be64 timestamp;
  Token order_token;
};

struct CancelReject {  // 'I': an order of a cross cannot be reduced before it
  static constexpr char tag = 'I';
  char message_type;
  Be64 timestamp;
  Token order_token;
};

struct OrderPriorityUpdate {  // 'T': the order queues anew
  static constexpr char tag = 'T';
  char message_type;
  Be64 timestamp;
  Token order_token;
  Be32 price;
  char display;
  Be64 order_reference_number;  // its new one
};

struct OrderModified {  // 'M'
  static constexpr char tag = 'M';
  char message_type;
  Be64 timestamp;
  Token order_token;
  char buy_sell_indicator;
  Be32 shares;  // outstanding
};

struct TradeNowReport {  // 'N': the venue has the TradeNow
  static constexpr char tag = 'N';
  char message_type;
  Be64 timestamp;
  Token order_token;
};

}  // namespace outbound

/// Calls `visit.template operator()<Message>()` once for each message from us to the venue.
template <class Visit>
constexpr void for_each_inbound(Visit&& visit) {
  visit.template operator()<inbound::EnterOrder>();
  visit.template operator()<inbound::ReplaceOrder>();
  visit.template operator()<inbound::CancelOrder>();
  visit.template operator()<inbound::ModifyOrder>();
  visit.template operator()<inbound::TradeNow>();
}

/// Likewise for each message from the venue to us.
template <class Visit>
constexpr void for_each_outbound(Visit&& visit) {
  visit.template operator()<outbound::SystemEvent>();
  visit.template operator()<outbound::Accepted>();
  visit.template operator()<outbound::Replaced>();
  visit.template operator()<outbound::Canceled>();
  visit.template operator()<outbound::AiqCanceled>();
  visit.template operator()<outbound::Executed>();
  visit.template operator()<outbound::ExecutedWithReferencePrice>();
  visit.template operator()<outbound::BrokenTrade>();
  visit.template operator()<outbound::TradeCorrection>();
  visit.template operator()<outbound::RejectedOrder>();
  visit.template operator()<outbound::CancelPending>();
  visit.template operator()<outbound::CancelReject>();
  visit.template operator()<outbound::OrderPriorityUpdate>();
  visit.template operator()<outbound::OrderModified>();
  visit.template operator()<outbound::TradeNowReport>();
}

}  // namespace hft::wire::ouch42

HFT_LAYOUT(hft::wire::ouch42::inbound::EnterOrder, 49, message_type, order_token,
           buy_sell_indicator, shares, stock, price, time_in_force, firm, display, capacity,
           intermarket_sweep_eligibility, minimum_shares, cross_type, customer_type);
HFT_LAYOUT(hft::wire::ouch42::inbound::ReplaceOrder, 47, message_type, existing_order_token,
           replacement_order_token, shares, price, time_in_force, display,
           intermarket_sweep_eligibility, minimum_shares);
HFT_LAYOUT(hft::wire::ouch42::inbound::CancelOrder, 19, message_type, order_token, shares);
HFT_LAYOUT(hft::wire::ouch42::inbound::ModifyOrder, 20, message_type, order_token,
           buy_sell_indicator, shares);
HFT_LAYOUT(hft::wire::ouch42::inbound::TradeNow, 15, message_type, order_token);
HFT_LAYOUT(hft::wire::ouch42::outbound::SystemEvent, 10, message_type, timestamp, event_code);
HFT_LAYOUT(hft::wire::ouch42::outbound::Accepted, 66, message_type, timestamp, order_token,
           buy_sell_indicator, shares, stock, price, time_in_force, firm, display,
           order_reference_number, capacity, intermarket_sweep_eligibility, minimum_shares,
           cross_type, order_state, bbo_weight_indicator);  // foreign name
HFT_LAYOUT(hft::wire::ouch42::outbound::Replaced, 80, message_type, timestamp,
           replacement_order_token, buy_sell_indicator, shares, stock, price, time_in_force, firm,
           display, order_reference_number, capacity, intermarket_sweep_eligibility, minimum_shares,
           cross_type, order_state, previous_order_token,
           bbo_weight_indicator);  // foreign name
HFT_LAYOUT(hft::wire::ouch42::outbound::Canceled, 28, message_type, timestamp, order_token,
           decrement_shares, reason);
HFT_LAYOUT(hft::wire::ouch42::outbound::AiqCanceled, 37, message_type, timestamp, order_token,
           decrement_shares, reason, shares_prevented_from_trading, execution_price,
           liquidity_flag);
HFT_LAYOUT(hft::wire::ouch42::outbound::Executed, 40, message_type, timestamp, order_token,
           executed_shares, execution_price, liquidity_flag, match_number);
HFT_LAYOUT(hft::wire::ouch42::outbound::ExecutedWithReferencePrice, 45, message_type, timestamp,
           order_token, executed_shares, execution_price, liquidity_flag, match_number,
           reference_price, reference_price_type);
HFT_LAYOUT(hft::wire::ouch42::outbound::BrokenTrade, 32, message_type, timestamp, order_token,
           match_number, reason);
HFT_LAYOUT(hft::wire::ouch42::outbound::TradeCorrection, 41, message_type, timestamp, order_token,
           executed_shares, execution_price, liquidity_flag, match_number, reason);
HFT_LAYOUT(hft::wire::ouch42::outbound::RejectedOrder, 24, message_type, timestamp, order_token,
           reason);
HFT_LAYOUT(hft::wire::ouch42::outbound::CancelPending, 23, message_type, timestamp, order_token);
HFT_LAYOUT(hft::wire::ouch42::outbound::CancelReject, 23, message_type, timestamp, order_token);
HFT_LAYOUT(hft::wire::ouch42::outbound::OrderPriorityUpdate, 36, message_type, timestamp,
           order_token, price, display, order_reference_number);
HFT_LAYOUT(hft::wire::ouch42::outbound::OrderModified, 28, message_type, timestamp, order_token,
           buy_sell_indicator, shares);
HFT_LAYOUT(hft::wire::ouch42::outbound::TradeNowReport, 23, message_type, timestamp, order_token);

// Nasdaq TotalView-ITCH 5.0, byte for byte: all 23 message types.
//
// Source: "Nasdaq TotalView-ITCH 5.0" specification, 12 June 2014, with 'h' and 'O' as later
// revisions (to 2026) have them. Names are the specification's, in snake_case. All integers are
// big-endian; Price(4) counts 1e-4 USD, Price(8) 1e-8; a timestamp is ns since midnight, New York.
#pragma once

#include "hft/base/layout.hpp"

namespace hft::wire::itch50 {

struct SystemEvent {  // 'S': a state of the market or of the feed handler
  static constexpr char tag = 'S';
  char message_type;
  Be16 stock_locate;  // always 0
  Be16 tracking_number;
  Be48 timestamp;
  char event_code;  // O start of messages, S/E system hours, Q/M market hours, C end of messages
};

struct StockDirectory {  // 'R': an instrument of the day
  static constexpr char tag = 'R';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Alpha<8> stock;
  char market_category;  // listing market tier: Q G S N A P Z V or space
  char financial_status_indicator;
  Be32 round_lot_size;   // shares
  char round_lots_only;  // Y or N
  char issue_classification;
  Alpha<2> issue_sub_type;
  char authenticity;                    // P production, T test
  char short_sale_threshold_indicator;  // Y, N or space
  char ipo_flag;                        // Y, N or space
  char luld_reference_price_tier;       // 1, 2 or space
  char etp_flag;                        // Y, N or space
  Be32 etp_leverage_factor;
  char inverse_indicator;  // Y or N
};

struct StockTradingAction {  // 'H': trading of an instrument halts, pauses or resumes
  static constexpr char tag = 'H';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Alpha<8> stock;
  char trading_state;  // H halted, P paused, Q quotation only, T trading
  char reserved;
  Alpha<4> reason;
};

struct RegShoRestriction {  // 'Y': the short sale price test of an instrument
  static constexpr char tag = 'Y';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Alpha<8> stock;
  char reg_sho_action;  // 0 none, 1 intraday drop, 2 remains in effect
};

struct MarketParticipantPosition {  // 'L': the status of a market participant in an instrument
  static constexpr char tag = 'L';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Alpha<4> mpid;
  Alpha<8> stock;
  char primary_market_maker;      // Y or N
  char market_maker_mode;         // N, P, S, R or L
  char market_participant_state;  // A, E, W, S or D
};

struct MwcbDeclineLevel {  // 'V': the levels of the market-wide circuit breaker
  static constexpr char tag = 'V';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Be64 level_1;  // Price(8)
  Be64 level_2;  // Price(8)
  Be64 level_3;  // Price(8)
};

struct MwcbStatus {  // 'W': a level of the market-wide circuit breaker was breached
  static constexpr char tag = 'W';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  char breached_level;  // 1, 2 or 3
};

struct IpoQuotingPeriodUpdate {  // 'K': when quoting of a new issue starts
  static constexpr char tag = 'K';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Alpha<8> stock;
  Be32 ipo_quotation_release_time;       // seconds since midnight
  char ipo_quotation_release_qualifier;  // A anticipated, C cancelled or postponed
  Be32 ipo_price;                        // Price(4)
};

struct LuldAuctionCollar {  // 'J': the auction collar of a paused instrument
  static constexpr char tag = 'J';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Alpha<8> stock;
  Be32 auction_collar_reference_price;  // Price(4)
  Be32 upper_auction_collar_price;      // Price(4)
  Be32 lower_auction_collar_price;      // Price(4)
  Be32 auction_collar_extension;        // number of extensions so far
};

struct OperationalHalt {  // 'h': one market's own halt of an instrument
  static constexpr char tag = 'h';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Alpha<8> stock;
  char market_code;              // Q Nasdaq, B BX, X PSX
  char operational_halt_action;  // H halted, T resumed
};

struct AddOrder {  // 'A': an order without attribution enters the book
  static constexpr char tag = 'A';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Be64 order_reference_number;
  char buy_sell_indicator;  // B or S
  Be32 shares;
  Alpha<8> stock;
  Be32 price;  // Price(4)
};

struct AddOrderWithMpid {  // 'F': an order with attribution enters the book
  static constexpr char tag = 'F';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Be64 order_reference_number;
  char buy_sell_indicator;  // B or S
  Be32 shares;
  Alpha<8> stock;
  Be32 price;            // Price(4)
  Alpha<4> attribution;  // the market participant
};

struct OrderExecuted {  // 'E': an order is executed in whole or in part at its own price
  static constexpr char tag = 'E';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Be64 order_reference_number;
  Be32 executed_shares;
  Be64 match_number;
};

struct OrderExecutedWithPrice {  // 'C': an order is executed at another price than its own
  static constexpr char tag = 'C';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Be64 order_reference_number;
  Be32 executed_shares;
  Be64 match_number;
  char printable;        // N: leave it out of time and sales
  Be32 execution_price;  // Price(4)
};

struct OrderCancel {  // 'X': part of an order leaves the book
  static constexpr char tag = 'X';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Be64 order_reference_number;
  Be32 cancelled_shares;
};

struct OrderDelete {  // 'D': all of an order leaves the book
  static constexpr char tag = 'D';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Be64 order_reference_number;
};

struct OrderReplace {  // 'U': an order leaves and another takes its side, not its place in the
                       // queue
  static constexpr char tag = 'U';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Be64 original_order_reference_number;
  Be64 new_order_reference_number;
  Be32 shares;
  Be32 price;  // Price(4)
};

struct NonCrossTrade {  // 'P': a match against a hidden order
  static constexpr char tag = 'P';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Be64 order_reference_number;
  char buy_sell_indicator;  // always B since 14 July 2014
  Be32 shares;
  Alpha<8> stock;
  Be32 price;  // Price(4)
  Be64 match_number;
};

struct CrossTrade {  // 'Q': the bulk volume of a cross
  static constexpr char tag = 'Q';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Be64 cross_shares;
  Alpha<8> stock;
  Be32 cross_price;  // Price(4)
  Be64 match_number;
  char cross_type;  // O opening, C closing, H halted or new, I or A other
};

struct BrokenTrade {  // 'B': an execution is void
  static constexpr char tag = 'B';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Be64 match_number;
};

struct NetOrderImbalance {  // 'I': what an auction would do now
  static constexpr char tag = 'I';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Be64 paired_shares;
  Be64 imbalance_shares;
  char imbalance_direction;  // B, S, N none or O insufficient
  Alpha<8> stock;
  Be32 far_price;                // Price(4)
  Be32 near_price;               // Price(4)
  Be32 current_reference_price;  // Price(4)
  char cross_type;
  char price_variation_indicator;
};

struct RetailInterest {  // 'N': retail price improvement orders are there
  static constexpr char tag = 'N';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Alpha<8> stock;
  char interest_flag;  // B, S, A both or N none
};

struct DirectListingPriceDiscovery {  // 'O': a direct listing with capital raise looks for its
                                      // price
  static constexpr char tag = 'O';
  char message_type;
  Be16 stock_locate;
  Be16 tracking_number;
  Be48 timestamp;
  Alpha<8> stock;
  char open_eligibility_status;   // Y or N
  Be32 minimum_allowable_price;   // Price(4)
  Be32 maximum_allowable_price;   // Price(4)
  Be32 near_execution_price;      // Price(4)
  Be64 near_execution_time;       // ns since midnight
  Be32 lower_price_range_collar;  // Price(4)
  Be32 upper_price_range_collar;  // Price(4)
};

/// Calls `visit.template operator()<Message>()` once for each message type.
template <class Visit>
constexpr void for_each_message(Visit&& visit) {
  visit.template operator()<SystemEvent>();
  visit.template operator()<StockDirectory>();
  visit.template operator()<StockTradingAction>();
  visit.template operator()<RegShoRestriction>();
  visit.template operator()<MarketParticipantPosition>();
  visit.template operator()<MwcbDeclineLevel>();
  visit.template operator()<MwcbStatus>();
  visit.template operator()<IpoQuotingPeriodUpdate>();
  visit.template operator()<LuldAuctionCollar>();
  visit.template operator()<OperationalHalt>();
  visit.template operator()<AddOrder>();
  visit.template operator()<AddOrderWithMpid>();
  visit.template operator()<OrderExecuted>();
  visit.template operator()<OrderExecutedWithPrice>();
  visit.template operator()<OrderCancel>();
  visit.template operator()<OrderDelete>();
  visit.template operator()<OrderReplace>();
  visit.template operator()<NonCrossTrade>();
  visit.template operator()<CrossTrade>();
  visit.template operator()<BrokenTrade>();
  visit.template operator()<NetOrderImbalance>();
  visit.template operator()<RetailInterest>();
  visit.template operator()<DirectListingPriceDiscovery>();
}

}  // namespace hft::wire::itch50

HFT_LAYOUT(hft::wire::itch50::SystemEvent, 12, message_type, stock_locate, tracking_number,
           timestamp, event_code);
HFT_LAYOUT(hft::wire::itch50::StockDirectory, 39, message_type, stock_locate, tracking_number,
           timestamp, stock, market_category, financial_status_indicator, round_lot_size,
           round_lots_only, issue_classification, issue_sub_type, authenticity,
           short_sale_threshold_indicator, ipo_flag, luld_reference_price_tier, etp_flag,
           etp_leverage_factor, inverse_indicator);
HFT_LAYOUT(hft::wire::itch50::StockTradingAction, 25, message_type, stock_locate, tracking_number,
           timestamp, stock, trading_state, reserved, reason);
HFT_LAYOUT(hft::wire::itch50::RegShoRestriction, 20, message_type, stock_locate, tracking_number,
           timestamp, stock, reg_sho_action);
HFT_LAYOUT(hft::wire::itch50::MarketParticipantPosition, 26, message_type, stock_locate,
           tracking_number, timestamp, mpid, stock, primary_market_maker, market_maker_mode,
           market_participant_state);
HFT_LAYOUT(hft::wire::itch50::MwcbDeclineLevel, 35, message_type, stock_locate, tracking_number,
           timestamp, level_1, level_2, level_3);
HFT_LAYOUT(hft::wire::itch50::MwcbStatus, 12, message_type, stock_locate, tracking_number,
           timestamp, breached_level);
HFT_LAYOUT(hft::wire::itch50::IpoQuotingPeriodUpdate, 28, message_type, stock_locate,
           tracking_number, timestamp, stock, ipo_quotation_release_time,
           ipo_quotation_release_qualifier, ipo_price);
HFT_LAYOUT(hft::wire::itch50::LuldAuctionCollar, 35, message_type, stock_locate, tracking_number,
           timestamp, stock, auction_collar_reference_price, upper_auction_collar_price,
           lower_auction_collar_price, auction_collar_extension);
HFT_LAYOUT(hft::wire::itch50::OperationalHalt, 21, message_type, stock_locate, tracking_number,
           timestamp, stock, market_code, operational_halt_action);
HFT_LAYOUT(hft::wire::itch50::AddOrder, 36, message_type, stock_locate, tracking_number, timestamp,
           order_reference_number, buy_sell_indicator, shares, stock, price);
HFT_LAYOUT(hft::wire::itch50::AddOrderWithMpid, 40, message_type, stock_locate, tracking_number,
           timestamp, order_reference_number, buy_sell_indicator, shares, stock, price,
           attribution);
HFT_LAYOUT(hft::wire::itch50::OrderExecuted, 31, message_type, stock_locate, tracking_number,
           timestamp, order_reference_number, executed_shares, match_number);
HFT_LAYOUT(hft::wire::itch50::OrderExecutedWithPrice, 36, message_type, stock_locate,
           tracking_number, timestamp, order_reference_number, executed_shares, match_number,
           printable, execution_price);
HFT_LAYOUT(hft::wire::itch50::OrderCancel, 23, message_type, stock_locate, tracking_number,
           timestamp, order_reference_number, cancelled_shares);
HFT_LAYOUT(hft::wire::itch50::OrderDelete, 19, message_type, stock_locate, tracking_number,
           timestamp, order_reference_number);
HFT_LAYOUT(hft::wire::itch50::OrderReplace, 35, message_type, stock_locate, tracking_number,
           timestamp, original_order_reference_number, new_order_reference_number, shares, price);
HFT_LAYOUT(hft::wire::itch50::NonCrossTrade, 44, message_type, stock_locate, tracking_number,
           timestamp, order_reference_number, buy_sell_indicator, shares, stock, price,
           match_number);
HFT_LAYOUT(hft::wire::itch50::CrossTrade, 40, message_type, stock_locate, tracking_number,
           timestamp, cross_shares, stock, cross_price, match_number, cross_type);
HFT_LAYOUT(hft::wire::itch50::BrokenTrade, 19, message_type, stock_locate, tracking_number,
           timestamp, match_number);
HFT_LAYOUT(hft::wire::itch50::NetOrderImbalance, 50, message_type, stock_locate, tracking_number,
           timestamp, paired_shares, imbalance_shares, imbalance_direction, stock, far_price,
           near_price, current_reference_price, cross_type, price_variation_indicator);
HFT_LAYOUT(hft::wire::itch50::RetailInterest, 20, message_type, stock_locate, tracking_number,
           timestamp, stock, interest_flag);
HFT_LAYOUT(hft::wire::itch50::DirectListingPriceDiscovery, 48, message_type, stock_locate,
           tracking_number, timestamp, stock, open_eligibility_status, minimum_allowable_price,
           maximum_allowable_price, near_execution_price, near_execution_time,
           lower_price_range_collar, upper_price_range_collar);

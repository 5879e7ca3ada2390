// Every field has a value that the venue could send.
#include "hft/engine/synth/announcements.hpp"

#include <string_view>

namespace hft::engine::synth {

namespace itch = wire::itch50;

namespace {

constexpr Alpha<4> no_reason = {' ', ' ', ' ', ' '};
constexpr std::uint64_t second = 1'000'000'000;

}  // namespace

void Announcements::write(const Scheduled& scheduled) {
  const auto [time_ns, locate, message_type, detail] = scheduled;
  switch (message_type) {
    case itch::SystemEvent::tag:
      writer_.put<itch::SystemEvent>(0, time_ns).event_code = detail;
      break;
    case itch::StockDirectory::tag: directory(scheduled); break;
    case itch::StockTradingAction::tag: trading_action(scheduled); break;
    case itch::RegShoRestriction::tag: short_sale(time_ns, locate, detail); break;
    case itch::MarketParticipantPosition::tag: participant_position(time_ns, locate, detail); break;
    case itch::MwcbDeclineLevel::tag: circuit_breaker_levels(scheduled); break;
    case itch::LuldAuctionCollar::tag: auction_collar(scheduled); break;
    case itch::CrossTrade::tag: cross(scheduled); break;
    case itch::IpoQuotingPeriodUpdate::tag: new_issue(scheduled); break;
    case itch::DirectListingPriceDiscovery::tag: direct_listing(scheduled); break;
    default: {
      auto& message = writer_.put<itch::OperationalHalt>(locate, time_ns);
      message.stock = instruments_[locate].stock;
      message.market_code = 'Q';
      message.operational_halt_action = detail;
      instruments_[locate].halted = detail == 'H';
    }
  }
}

void Announcements::trade(std::uint64_t time_ns) {
  const std::uint16_t locate = any_instrument();
  auto& message = writer_.put<itch::NonCrossTrade>(locate, time_ns);
  message.order_reference_number = std::uint64_t{0};
  message.buy_sell_indicator = 'B';
  message.shares = 1 + random_.below(400);
  message.stock = instruments_[locate].stock;
  message.price = price(locate, random_.below(2));
  message.match_number = orders_.next_match_number();
}

void Announcements::broken_trade(std::uint64_t time_ns) {
  auto& message = writer_.put<itch::BrokenTrade>(any_instrument(), time_ns);
  message.match_number = orders_.match_number();
}

void Announcements::imbalance(std::uint64_t time_ns) {
  constexpr std::string_view directions = "BSN";
  const std::uint16_t locate = any_instrument();
  auto& message = writer_.put<itch::NetOrderImbalance>(locate, time_ns);
  const std::uint32_t direction = random_.below(3);
  message.paired_shares = std::uint64_t{random_.below(100'000)};
  message.imbalance_shares = std::uint64_t{direction == 2 ? 0 : random_.below(50'000)};
  message.imbalance_direction = directions[direction];
  message.stock = instruments_[locate].stock;
  message.far_price = price(locate, 0);
  message.near_price = price(locate, 1);
  message.current_reference_price = price(locate, random_.below(2));
  message.cross_type = 'C';
  message.price_variation_indicator = static_cast<char>('1' + random_.below(9));
}

void Announcements::retail_interest(std::uint64_t time_ns) {
  constexpr std::string_view flags = "BSAN";
  const std::uint16_t locate = any_instrument();
  auto& message = writer_.put<itch::RetailInterest>(locate, time_ns);
  message.stock = instruments_[locate].stock;
  message.interest_flag = flags[random_.below(4)];
}

void Announcements::participant_position(std::uint64_t time_ns, std::uint16_t locate, char state) {
  auto& message = writer_.put<itch::MarketParticipantPosition>(locate, time_ns);
  message.mpid = {'M', 'M', 'A', static_cast<char>('A' + random_.below(16))};
  message.stock = instruments_[locate].stock;
  message.primary_market_maker = random_.below(8) == 0 ? 'Y' : 'N';
  message.market_maker_mode = 'N';
  message.market_participant_state = state;
}

void Announcements::short_sale(std::uint64_t time_ns, std::uint16_t locate, char action) {
  auto& message = writer_.put<itch::RegShoRestriction>(locate, time_ns);
  message.stock = instruments_[locate].stock;
  message.reg_sho_action = action;
}

std::uint32_t Announcements::price(std::uint16_t locate, unsigned side) noexcept {
  const Market& market = orders_.market();
  return market.empty(locate, side) ? instruments_[locate].last_best[side]
                                    : market.best(locate, side);
}

void Announcements::directory(const Scheduled& scheduled) {
  auto& message = writer_.put<itch::StockDirectory>(scheduled.instrument, scheduled.time_ns);
  const bool fund = random_.below(4) == 0;
  message.stock = instruments_[scheduled.instrument].stock;
  message.market_category = std::string_view("QGSNAPZV")[random_.below(8)];
  message.financial_status_indicator = scheduled.detail;
  message.round_lot_size = std::uint32_t{100};
  message.round_lots_only = 'N';
  message.issue_classification = fund ? 'Q' : 'C';
  message.issue_sub_type = {fund ? 'E' : 'Z', ' '};
  message.authenticity = 'P';
  message.short_sale_threshold_indicator = 'N';
  message.ipo_flag = ' ';
  message.luld_reference_price_tier = fund ? '1' : '2';
  message.etp_flag = fund ? 'Y' : 'N';
  message.etp_leverage_factor = std::uint32_t{fund ? 1U : 0U};
  message.inverse_indicator = 'N';
}

void Announcements::trading_action(const Scheduled& scheduled) {
  auto& message = writer_.put<itch::StockTradingAction>(scheduled.instrument, scheduled.time_ns);
  Instrument& instrument = instruments_[scheduled.instrument];
  message.stock = instrument.stock;
  message.trading_state = scheduled.detail;
  message.reserved = ' ';
  message.reason = scheduled.detail == 'H'   ? Alpha<4>{'T', '1', ' ', ' '}
                   : scheduled.detail == 'P' ? Alpha<4>{'L', 'U', 'D', 'P'}
                                             : no_reason;
  instrument.halted = scheduled.detail != 'T';
}

void Announcements::circuit_breaker_levels(const Scheduled& scheduled) {
  constexpr std::uint64_t index = 6'000'0000'0000;  // 6,000 points, Price(8)
  auto& message = writer_.put<itch::MwcbDeclineLevel>(0, scheduled.time_ns);
  message.level_1 = index / 100 * 93;
  message.level_2 = index / 100 * 87;
  message.level_3 = index / 100 * 80;
}

void Announcements::auction_collar(const Scheduled& scheduled) {
  auto& message = writer_.put<itch::LuldAuctionCollar>(scheduled.instrument, scheduled.time_ns);
  const std::uint32_t reference = price(scheduled.instrument, 0);
  message.stock = instruments_[scheduled.instrument].stock;
  message.auction_collar_reference_price = reference;
  message.upper_auction_collar_price = reference + reference / 20;
  message.lower_auction_collar_price = reference - reference / 20;
  message.auction_collar_extension = std::uint32_t{0};
}

void Announcements::cross(const Scheduled& scheduled) {
  auto& message = writer_.put<itch::CrossTrade>(scheduled.instrument, scheduled.time_ns);
  message.cross_shares = std::uint64_t{random_.below(200'000)};
  message.stock = instruments_[scheduled.instrument].stock;
  message.cross_price = price(scheduled.instrument, random_.below(2));
  message.match_number = orders_.next_match_number();
  message.cross_type = scheduled.detail;
}

void Announcements::new_issue(const Scheduled& scheduled) {
  auto& message =
      writer_.put<itch::IpoQuotingPeriodUpdate>(scheduled.instrument, scheduled.time_ns);
  message.stock = instruments_[scheduled.instrument].stock;
  message.ipo_quotation_release_time = static_cast<std::uint32_t>(scheduled.time_ns / second);
  message.ipo_quotation_release_qualifier = scheduled.detail;
  message.ipo_price = instruments_[scheduled.instrument].anchor;
}

void Announcements::direct_listing(const Scheduled& scheduled) {
  auto& message =
      writer_.put<itch::DirectListingPriceDiscovery>(scheduled.instrument, scheduled.time_ns);
  const std::uint32_t anchor = instruments_[scheduled.instrument].anchor;
  message.stock = instruments_[scheduled.instrument].stock;
  message.open_eligibility_status = scheduled.detail;
  message.minimum_allowable_price = anchor / 2;
  message.maximum_allowable_price = anchor * 2;
  message.near_execution_price = anchor;
  message.near_execution_time = scheduled.time_ns;
  message.lower_price_range_collar = anchor - anchor / 20;
  message.upper_price_range_collar = anchor + anchor / 20;
}

}  // namespace hft::engine::synth

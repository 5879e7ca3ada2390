#include "hft/venue/feed_publisher.hpp"

#include <cstring>

#include "hft/base/error.hpp"

namespace hft::venue {

namespace {

namespace itch = wire::itch50;
using wire::moldudp64::DownstreamHeader;
using wire::moldudp64::MessageBlock;

constexpr std::size_t longest_block = sizeof(MessageBlock) + sizeof(itch::NetOrderImbalance);

std::uint32_t wire_price(std::int64_t price_e9) noexcept {
  return static_cast<std::uint32_t>(price_e9 / price_unit_e9);
}

char letter_of(record::Side side) noexcept {
  return side == record::Side::bid ? 'B' : side == record::Side::ask ? 'S' : 'N';
}

}  // namespace

FeedPublisher::FeedPublisher(const FeedTerms& terms, const Symbols& symbols)
    : terms_(terms), symbols_(symbols), store_("the messages of the feed") {
  if (terms.packet_bytes < sizeof(DownstreamHeader) + longest_block ||
      terms.packet_bytes > max_packet_bytes)
    throw Error("feed: packet_bytes", std::to_string(terms.packet_bytes) + " is out of range",
                "use 72 to 8192; 1400 passes every network");
}

template <class Message>
Message& FeedPublisher::put(std::uint32_t instrument, std::uint64_t time_ns) {
  std::byte* const room = store_.append(sizeof(MessageBlock) + sizeof(Message));
  reinterpret_cast<MessageBlock*>(room)->message_length =
      static_cast<std::uint16_t>(sizeof(Message));
  auto& message = *reinterpret_cast<Message*>(room + sizeof(MessageBlock));
  message.message_type = Message::tag;
  message.stock_locate = static_cast<std::uint16_t>(instrument);
  message.tracking_number = std::uint16_t{0};
  message.timestamp = time_ns - terms_.midnight_ns;
  ++by_type_[static_cast<std::size_t>(Message::tag)];
  return message;
}

void FeedPublisher::system_event(char event_code, std::uint64_t time_ns) {
  auto& message = put<itch::SystemEvent>(0, time_ns);
  message.event_code = event_code;
}

void FeedPublisher::list(std::uint32_t instrument, std::uint64_t time_ns) {
  auto& listed = put<itch::StockDirectory>(instrument, time_ns);
  listed.stock = symbols_[instrument];
  listed.market_category = 'Q';
  listed.financial_status_indicator = 'N';
  listed.round_lot_size = std::uint32_t{100};
  listed.round_lots_only = 'N';
  listed.issue_classification = 'C';
  listed.issue_sub_type = {'Z', ' '};
  listed.authenticity = 'T';  // a test instrument: this is no real market
  listed.short_sale_threshold_indicator = 'N';
  listed.ipo_flag = 'N';
  listed.luld_reference_price_tier = '1';
  listed.etp_flag = 'N';
  listed.etp_leverage_factor = std::uint32_t{0};
  listed.inverse_indicator = 'N';
  VenueEvent trading{};
  trading.time_ns = time_ns;
  trading.instrument = instrument;
  trading.code = static_cast<char>(TradingState::trading);
  put_status(trading);
}

void FeedPublisher::imbalance(std::uint32_t instrument, Cross cross, const Indication& indication,
                              std::uint64_t time_ns) {
  auto& message = put<itch::NetOrderImbalance>(instrument, time_ns);
  message.paired_shares = indication.paired;
  message.imbalance_shares = indication.imbalance;
  // O: not enough orders to say a price.
  message.imbalance_direction = indication.near_price_e9 == 0 ? 'O' : letter_of(indication.side);
  message.stock = symbols_[instrument];
  message.far_price = wire_price(indication.far_price_e9);
  message.near_price = wire_price(indication.near_price_e9);
  message.current_reference_price = wire_price(indication.reference_price_e9);
  message.cross_type = static_cast<char>(cross);
  message.price_variation_indicator = ' ';
}

void FeedPublisher::said(const VenueEvent& event) {
  switch (event.kind) {
    case EventKind::book_add: return put_add(event);
    case EventKind::book_execute: return put_execution(event);
    case EventKind::book_cancel: {
      auto& message = put<itch::OrderCancel>(event.instrument, event.time_ns);
      message.order_reference_number = event.order_id;
      message.cancelled_shares = static_cast<std::uint32_t>(event.size);
      return;
    }
    case EventKind::book_delete:
      put<itch::OrderDelete>(event.instrument, event.time_ns).order_reference_number =
          event.order_id;
      return;
    case EventKind::book_replace: {
      auto& message = put<itch::OrderReplace>(event.instrument, event.time_ns);
      message.original_order_reference_number = event.original;
      message.new_order_reference_number = event.order_id;
      message.shares = static_cast<std::uint32_t>(event.size);
      message.price = wire_price(event.price_e9);
      return;
    }
    case EventKind::trade: return put_trade(event);
    case EventKind::cross_trade: return put_cross(event);
    case EventKind::trading_status: return put_status(event);
    default: return;  // for the owner
  }
}

void FeedPublisher::put_add(const VenueEvent& event) {
  auto& message = put<itch::AddOrder>(event.instrument, event.time_ns);
  message.order_reference_number = event.order_id;
  message.buy_sell_indicator = letter_of(event.side);
  message.shares = static_cast<std::uint32_t>(event.size);
  message.stock = symbols_[event.instrument];
  message.price = wire_price(event.price_e9);
}

void FeedPublisher::put_execution(const VenueEvent& event) {
  const auto fill = [&](auto& message) {
    message.order_reference_number = event.order_id;
    message.executed_shares = static_cast<std::uint32_t>(event.size);
    message.match_number = event.match_number;
  };
  if ((event.flags & flag_printable) != 0)
    return fill(put<itch::OrderExecuted>(event.instrument, event.time_ns));
  // Of a cross: at its price, and told to time and sales once, by the cross trade.
  auto& message = put<itch::OrderExecutedWithPrice>(event.instrument, event.time_ns);
  fill(message);
  message.printable = 'N';
  message.execution_price = wire_price(event.price_e9);
}

void FeedPublisher::put_trade(const VenueEvent& event) {
  auto& message = put<itch::NonCrossTrade>(event.instrument, event.time_ns);
  message.order_reference_number = std::uint64_t{0};  // hidden, its id too
  message.buy_sell_indicator = 'B';                   // always, since 14 July 2014
  message.shares = static_cast<std::uint32_t>(event.size);
  message.stock = symbols_[event.instrument];
  message.price = wire_price(event.price_e9);
  message.match_number = event.match_number;
}

void FeedPublisher::put_cross(const VenueEvent& event) {
  auto& message = put<itch::CrossTrade>(event.instrument, event.time_ns);
  message.cross_shares = event.size;
  message.stock = symbols_[event.instrument];
  message.cross_price = wire_price(event.price_e9);
  message.match_number = event.match_number;
  message.cross_type = event.code;
}

void FeedPublisher::put_status(const VenueEvent& event) {
  auto& message = put<itch::StockTradingAction>(event.instrument, event.time_ns);
  message.stock = symbols_[event.instrument];
  message.trading_state = event.code;
  message.reserved = ' ';
  message.reason = {' ', ' ', ' ', ' '};
}

std::span<const std::byte> FeedPublisher::next_packet(std::uint64_t now_ns) noexcept {
  std::span<const std::byte> waiting = store_.read(place_);
  std::size_t size = sizeof(DownstreamHeader);
  std::uint16_t count = 0;
  std::size_t taken = 0;
  while (taken < waiting.size()) {
    const std::size_t block =
        sizeof(MessageBlock) +
        reinterpret_cast<const MessageBlock*>(waiting.data() + taken)->message_length;
    if (size + block > terms_.packet_bytes) break;
    taken += block;
    size += block;
    ++count;
  }
  if (count == 0) return {};
  bare_packet(count);
  std::memcpy(packet_.data() + sizeof(DownstreamHeader), waiting.data(), taken);
  place_ += taken;
  next_number_ += count;
  sent_ns_ = now_ns;
  return std::span(packet_).first(size);
}

std::span<const std::byte> FeedPublisher::heartbeat(std::uint64_t now_ns) noexcept {
  if (now_ns < sent_ns_ + terms_.heartbeat_ns || has_waiting()) return {};
  sent_ns_ = now_ns;
  return bare_packet(wire::moldudp64::heartbeat_count);
}

std::span<const std::byte> FeedPublisher::end_of_session() noexcept {
  return bare_packet(wire::moldudp64::end_of_session_count);
}

std::span<const std::byte> FeedPublisher::bare_packet(std::uint16_t count) noexcept {
  auto& header = *reinterpret_cast<DownstreamHeader*>(packet_.data());
  header.session = terms_.session;
  header.sequence_number = next_number_;
  header.message_count = count;
  return std::span(packet_).first(sizeof header);
}

void FeedPublisher::hand_out_from(std::uint64_t number) noexcept {
  next_number_ = number;
  place_ = store_.place_of_number(number);
}

}  // namespace hft::venue

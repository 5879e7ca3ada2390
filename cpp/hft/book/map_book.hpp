// The obvious book set: ordered maps and lists, small enough to check by reading.
//
// It is the reference for every fast book (same records in, same touches, queries and digest out);
// nothing in it is shared with them but the words of book_types.hpp.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hft/book/book_types.hpp"
#include "hft/record/order_event.hpp"
#include "hft/record/status_event.hpp"
#include "hft/record/touch.hpp"

namespace hft::book {

class MapBookSet {
 public:
  explicit MapBookSet(const Config& config)
      : config_(checked(config)), books_(config.max_instruments) {}

  /// Applies records in order; `on_touch(const record::Touch&)` is called once for each message
  /// after which the best prices, their sizes or the trading state differ from before it.
  template <class OnTouch>
  void apply(std::span<const record::Record> records, OnTouch&& on_touch) {
    for (const record::Record& record : records) {
      if (record.kind == record::Kind::order) {
        apply_order(record, on_touch);
        continue;
      }
      replaced_.reset();  // only an add directly behind its replace takes over the side
      if (record.kind == record::Kind::status) apply_status(record, on_touch);
    }
  }

  BestPrices best_prices(std::uint32_t instrument) const {
    BestPrices best;
    const Book* book = find_book(instrument);
    if (book == nullptr) return best;
    if (!book->bids.empty()) {
      std::tie(best.bid_price_e9, best.bid_size) = summary(*book->bids.rbegin());
    }
    if (!book->asks.empty()) {
      std::tie(best.ask_price_e9, best.ask_size) = summary(*book->asks.begin());
    }
    return best;
  }

  /// Levels of one side, best first, at most `levels_max`.
  std::vector<Level> depth(std::uint32_t instrument, record::Side side,
                           std::size_t levels_max) const {
    std::vector<Level> out;
    const Book* book = find_book(instrument);
    if (book == nullptr) return out;
    const auto append = [&](const auto& entry) {
      const auto [price_e9, size] = summary(entry);
      out.push_back({price_e9, size, static_cast<std::uint32_t>(entry.second.queue.size())});
      return out.size() < levels_max;
    };
    if (levels_max == 0) return out;
    if (side == record::Side::bid) {
      for (auto it = book->bids.rbegin(); it != book->bids.rend() && append(*it);) ++it;
    } else {
      for (auto it = book->asks.begin(); it != book->asks.end() && append(*it);) ++it;
    }
    return out;
  }

  /// Orders of one level, first in the queue first.
  std::vector<Order> orders(std::uint32_t instrument, record::Side side,
                            std::int64_t price_e9) const {
    std::vector<Order> out;
    const Book* book = find_book(instrument);
    if (book == nullptr) return out;
    const auto& levels = side == record::Side::bid ? book->bids : book->asks;
    const auto level = levels.find(price_e9);
    if (level == levels.end()) return out;
    for (const std::uint64_t order_id : level->second.queue) out.push_back(*find(order_id));
    return out;
  }

  std::optional<QueuePosition> queue_position(std::uint64_t order_id) const {
    const auto order = find(order_id);
    if (!order) return std::nullopt;
    QueuePosition ahead{0, 0};
    for (const Order& other : orders(order->instrument, order->side, order->price_e9)) {
      if (other.order_id == order_id) break;
      ++ahead.orders_ahead;
      ahead.size_ahead += other.size;
    }
    return ahead;
  }

  std::optional<Order> find(std::uint64_t order_id) const {
    const auto found = orders_.find(order_id);
    if (found == orders_.end()) return std::nullopt;
    return found->second;
  }

  bool is_suspect(std::uint32_t instrument) const {
    const Book* book = find_book(instrument);
    return book != nullptr && book->suspect;
  }
  char trading_state(std::uint32_t instrument) const {
    const Book* book = find_book(instrument);
    return book == nullptr ? '\0' : book->trading_state;
  }
  std::size_t order_count() const { return orders_.size(); }
  const VerdictCounts& verdict_counts() const { return verdict_counts_; }
  const FirstRefused& first_refused() const { return first_refused_; }
  const Config& config() const { return config_; }

  std::uint64_t digest() const {
    Digest digest;
    for (std::uint32_t i = 0; i < config_.max_instruments; ++i) {
      if (books_[i].bids.empty() && books_[i].asks.empty()) continue;
      digest.add(i);
      for (const record::Side side : {record::Side::bid, record::Side::ask}) {
        digest.add(static_cast<std::uint64_t>(side));
        for (const Level& level : depth(i, side, ~std::size_t{0}))
          add_level(digest, i, side, level);
      }
    }
    return digest.value();
  }

 private:
  struct Queue {
    std::uint64_t size = 0;
    std::vector<std::uint64_t> queue;  // order ids, first in the queue first
  };
  using Levels = std::map<std::int64_t, Queue>;
  struct Book {
    Levels bids;
    Levels asks;
    bool suspect = false;
    char trading_state = '\0';
  };
  struct Replaced {  // what an applied replace leaves for the add that follows it
    std::uint32_t instrument;
    record::Side side;
  };

  static std::pair<std::int64_t, std::uint32_t> summary(const Levels::value_type& entry) {
    return {entry.first, static_cast<std::uint32_t>(entry.second.size)};
  }
  static std::uint32_t index(std::uint32_t instrument) { return instrument & 0xffff; }
  const Book* find_book(std::uint32_t instrument) const {
    const bool one = instrument != record::instrument_all && index(instrument) < books_.size();
    return one ? &books_[index(instrument)] : nullptr;
  }
  Levels& levels_of(const Order& order) {
    Book& book = books_[index(order.instrument)];
    return order.side == record::Side::bid ? book.bids : book.asks;
  }

  template <class OnTouch>
  void apply_order(const record::Record& record, OnTouch&& on_touch) {
    const auto& event = record::as<record::OrderEvent>(record);
    if (!message_open_) before_ = best_prices(event.instrument);
    const Verdict verdict = change(event);
    if (verdict_counts_[static_cast<std::size_t>(verdict)]++ == 0 && verdict != Verdict::applied) {
      first_refused_[static_cast<std::size_t>(verdict)] = record::sequence_number_of(event);
    }
    if (verdict != Verdict::applied && verdict != Verdict::bad_instrument) {
      books_[index(event.instrument)].suspect = true;
    }
    message_open_ = (event.flags & record::flag_last) == 0;
    if (!message_open_) replaced_.reset();
    if (!message_open_ && before_ != best_prices(event.instrument)) emit(record, on_touch);
  }

  Verdict change(const record::OrderEvent& event) {
    using record::Action;
    const auto replaced = std::exchange(replaced_, std::nullopt);
    if (event.action == Action::clear) return clear(event.instrument);
    if (index(event.instrument) >= books_.size()) return Verdict::bad_instrument;
    switch (event.action) {
      case Action::add: return add(event, replaced);
      case Action::cancel:
      case Action::execute: return reduce(event);
      case Action::remove:
      case Action::replace: return remove(event);
      case Action::clear:
      case Action::none: break;
    }
    return Verdict::applied;
  }

  Verdict add(const record::OrderEvent& event, const std::optional<Replaced>& replaced) {
    if (event.price_e9 <= 0 || event.price_e9 % config_.price_unit_e9 != 0 ||
        event.price_e9 / config_.price_unit_e9 > std::int64_t{price_units_max}) {
      return Verdict::bad_price;
    }
    if (event.size == 0) return Verdict::bad_size;
    record::Side side = event.side;
    if (side == record::Side::none && replaced && replaced->instrument == event.instrument) {
      side = replaced->side;
    }
    if (side != record::Side::bid && side != record::Side::ask) return Verdict::bad_side;
    if (orders_.contains(event.order_id)) return Verdict::duplicate_order;
    const Order order{event.order_id, event.price_e9, event.instrument, event.size, side};
    const auto level = levels_of(order).find(order.price_e9);
    if (level != levels_of(order).end() && (level->second.size + order.size > 0xffffffff ||
                                            level->second.queue.size() >= level_orders_max)) {
      return Verdict::level_overflow;
    }
    if (orders_.size() >= config_.max_orders) return Verdict::full;
    orders_.emplace(order.order_id, order);
    Queue& queue = levels_of(order)[order.price_e9];
    queue.size += order.size;
    queue.queue.push_back(order.order_id);
    return Verdict::applied;
  }

  Verdict reduce(const record::OrderEvent& event) {
    const auto found = orders_.find(event.order_id);
    if (found == orders_.end()) return Verdict::unknown_order;
    Order& order = found->second;
    if (order.instrument != event.instrument) return Verdict::wrong_instrument;
    if (event.size == 0) return Verdict::bad_size;
    if (event.size > order.size) return Verdict::oversized;
    if (event.size == order.size) return leave(order);
    order.size -= event.size;
    levels_of(order).at(order.price_e9).size -= event.size;
    return Verdict::applied;
  }

  Verdict remove(const record::OrderEvent& event) {
    const auto found = orders_.find(event.order_id);
    if (found == orders_.end()) return Verdict::unknown_order;
    const Order order = found->second;
    if (order.instrument != event.instrument) return Verdict::wrong_instrument;
    if (event.action == record::Action::replace) replaced_ = Replaced{order.instrument, order.side};
    return leave(order);
  }

  Verdict leave(Order order) {  // by value: it is erased from the table it came from
    Levels& levels = levels_of(order);
    const auto level = levels.find(order.price_e9);
    level->second.size -= order.size;
    std::erase(level->second.queue, order.order_id);
    if (level->second.queue.empty()) levels.erase(level);
    orders_.erase(order.order_id);
    return Verdict::applied;
  }

  Verdict clear(std::uint32_t instrument) {
    const bool all = instrument == record::instrument_all;
    if (!all && index(instrument) >= books_.size()) return Verdict::bad_instrument;
    const auto cleared = [&](std::uint32_t i) { return all || index(i) == index(instrument); };
    std::erase_if(orders_, [&](const auto& entry) { return cleared(entry.second.instrument); });
    for (std::uint32_t i = 0; i < books_.size(); ++i) {
      if (!cleared(i)) continue;
      books_[i].bids.clear();
      books_[i].asks.clear();
      books_[i].suspect = false;
    }
    return Verdict::applied;
  }

  template <class OnTouch>
  void apply_status(const record::Record& record, OnTouch&& on_touch) {
    const auto& event = record::as<record::StatusEvent>(record);
    switch (event.action) {
      case record::StatusAction::gap:
      case record::StatusAction::late_start:
        for (Book& book : books_) book.suspect = true;
        break;
      case record::StatusAction::session_start:
        orders_.clear();
        books_.assign(config_.max_instruments, Book{});
        break;
      case record::StatusAction::trading:
        if (index(event.instrument) >= books_.size()) break;
        if (std::exchange(books_[index(event.instrument)].trading_state, event.state) !=
            event.state) {
          emit(record, on_touch);
        }
        break;
      default: break;
    }
  }

  template <class OnTouch>
  void emit(const record::Record& cause, OnTouch&& on_touch) const {
    const BestPrices best = best_prices(cause.instrument);
    record::Touch touch{};
    touch.event_time_ns = cause.event_time_ns;
    touch.instrument = cause.instrument;
    touch.kind = record::Kind::touch;
    touch.receive_time_ns = cause.receive_time_ns;
    touch.sequence_number = cause.sequence_number;
    touch.sequence_number_high = cause.sequence_number_high;
    touch.bid_price_e9 = best.bid_price_e9;
    touch.bid_size = best.bid_size;
    touch.trading_state = trading_state(cause.instrument);
    touch.flags = record::flag_last;
    if (is_suspect(cause.instrument)) touch.flags |= record::flag_book_suspect;
    touch.ask_price_e9 = best.ask_price_e9;
    touch.ask_size = best.ask_size;
    touch.venue = cause.venue;
    touch.channel = cause.channel;
    on_touch(touch);
  }

  void add_level(Digest& digest, std::uint32_t instrument, record::Side side,
                 const Level& level) const {
    digest.add(static_cast<std::uint64_t>(level.price_e9));
    digest.add(level.size);
    digest.add(level.count);
    for (const Order& order : orders(instrument, side, level.price_e9)) {
      digest.add(order.order_id);
      digest.add(order.size);
    }
  }

  Config config_;
  std::vector<Book> books_;
  std::unordered_map<std::uint64_t, Order> orders_;
  VerdictCounts verdict_counts_{};
  FirstRefused first_refused_{};
  std::optional<Replaced> replaced_;
  BestPrices before_;
  bool message_open_ = false;
};

}  // namespace hft::book

// Random streams of records, valid and invalid, for holding one book set against another.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "hft/book/book_types.hpp"
#include "hft/book/map_book.hpp"

namespace hft::book {

/// What a stream is like. Few ids make duplicates and reuse, few prices long queues, many prices
/// deep sides; small tables make windows move and orders be refused.
struct StreamShape {
  std::uint64_t seed = 1;
  std::uint32_t ids = 4000;
  std::uint32_t prices = 60;
  std::uint32_t block_max = 128;
  bool sparse_ids = false;
  unsigned removes_percent = 30;  // few: books grow deep
};

class RandomStream {
 public:
  RandomStream(const StreamShape& shape, const Config& config)
      : shape_(shape), config_(config), random_(shape.seed) {}

  /// A block of whole messages. `book` says which orders live, so that most messages make sense.
  std::vector<record::Record> next_block(const MapBookSet& book) {
    std::vector<record::Record> block;
    for (std::uint64_t left = 1 + below(shape_.block_max); left > 0; --left) append(block, book);
    return block;
  }

  std::uint64_t some_id() {
    if (ids_.empty() || one_in(8)) return 1 + below(shape_.ids);
    const std::uint64_t reach = one_in(4) ? 5000 : 50;  // mostly the young ones
    return ids_[ids_.size() - 1 - std::min<std::uint64_t>(ids_.size() - 1, below(reach))];
  }

 private:
  using OrderEvent = record::OrderEvent;

  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

  void append(std::vector<record::Record>& block, const MapBookSet& book) {
    const std::uint64_t kind = below(100);
    const std::uint64_t removes_end = 53 + shape_.removes_percent;
    if (kind == 0) return block.push_back(status());
    OrderEvent event = start();
    if (kind < 3 && one_in(20)) {
      event.action = record::Action::clear;
      if (one_in(4)) event.instrument = record::instrument_all;
    } else if (kind < 8) {
      return append_replace(block, book, event);
    } else if (kind < 53) {
      fill_add(event);
    } else if (kind < removes_end) {
      event.action = record::Action::remove;
      choose_order(event, book);
    } else {
      fill_reduce(event, book);
    }
    block.push_back(record::as<record::Record>(event));
  }

  OrderEvent start() {
    OrderEvent event{};
    event.kind = record::Kind::order;
    event.event_time_ns = ++sequence_number_;
    event.sequence_number = static_cast<std::uint32_t>(sequence_number_);
    event.flags = record::flag_last;
    event.instrument =
        static_cast<std::uint32_t>(below(config_.max_instruments + (one_in(40) ? 2 : 0)));
    event.price_e9 = record::price_null;
    event.venue = record::Venue::xnas;
    return event;
  }

  record::Record status() {
    record::StatusEvent event{};
    event.kind = record::Kind::status;
    event.event_time_ns = ++sequence_number_;
    event.instrument = static_cast<std::uint32_t>(below(config_.max_instruments));
    event.action = record::StatusAction::trading;
    event.state = "THPQ"[below(4)];
    if (one_in(60)) event.action = record::StatusAction::gap;
    if (one_in(90)) event.action = record::StatusAction::session_start;
    return record::as<record::Record>(event);
  }

  void fill_add(OrderEvent& event) {
    event.action = record::Action::add;
    event.order_id = one_in(20) ? some_id() : next_id();
    event.side = one_in(50)  ? record::Side::none
                 : one_in(2) ? record::Side::bid
                             : record::Side::ask;
    fill_size_and_price(event);
    ids_.push_back(event.order_id);
  }

  std::uint64_t next_id() {
    id_ += one_in(50) ? below(3000) : 1;
    if (one_in(500)) id_ += 1'000'000;
    return shape_.sparse_ids ? id_ * 0x9e3779b97f4a7c15 >> 16 : id_;
  }

  void fill_size_and_price(OrderEvent& event) {
    event.size = static_cast<std::uint32_t>(1 + below(500));
    if (one_in(60)) event.size = 0;
    if (one_in(60)) event.size = 0xf0000000;
    const std::int64_t unit = config_.price_unit_e9;
    event.price_e9 = static_cast<std::int64_t>(1 + below(shape_.prices)) * unit;
    if (one_in(100)) event.price_e9 += 1;
    if (one_in(100)) event.price_e9 = -static_cast<std::int64_t>(below(3)) * unit;
    if (one_in(100)) {
      event.price_e9 =
          (std::int64_t{price_units_max} - 1 + static_cast<std::int64_t>(below(4))) * unit;
    }
  }

  void choose_order(OrderEvent& event, const MapBookSet& book) {
    event.order_id = some_id();
    const auto order = book.find(event.order_id);
    if (order && !one_in(20)) event.instrument = order->instrument;
  }

  void fill_reduce(OrderEvent& event, const MapBookSet& book) {
    event.action = one_in(2) ? record::Action::cancel : record::Action::execute;
    choose_order(event, book);
    event.size = static_cast<std::uint32_t>(one_in(20) ? 0 : 1 + below(300));
    const auto order = book.find(event.order_id);
    if (order && !one_in(4)) event.size = static_cast<std::uint32_t>(1 + below(order->size));
  }

  void append_replace(std::vector<record::Record>& block, const MapBookSet& book,
                      OrderEvent event) {
    event.action = record::Action::replace;
    choose_order(event, book);
    event.flags = 0;
    block.push_back(record::as<record::Record>(event));
    fill_add(event);
    event.flags = record::flag_last;
    if (!one_in(10)) event.side = record::Side::none;
    block.push_back(record::as<record::Record>(event));
  }

  StreamShape shape_;
  Config config_;
  std::mt19937_64 random_;
  std::uint64_t sequence_number_ = 0;
  std::uint64_t id_ = 0;
  std::vector<std::uint64_t> ids_;
};

}  // namespace hft::book

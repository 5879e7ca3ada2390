// Actions: what a strategy wants done, collected while one input is looked at.
//
// A strategy writes commands here and returns; the engine then takes them, in order, to the risk
// gate. Nothing is sent from within a strategy, so the same object runs in a replay, against the
// simulated exchange and live.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "hft/record/order_command.hpp"

namespace hft::strategy {

/// What is common to all orders of a strategy.
struct Identity {
  std::uint8_t strategy = 0;
  std::uint8_t account = 0;
  record::Venue venue = record::Venue::none;
  std::uint8_t channel = 0;
};

/// A new order, or what an order shall become.
struct OrderTerms {
  std::uint32_t instrument = 0;
  record::Side side = record::Side::none;
  std::uint32_t size = 0;
  std::int64_t price_e9 = record::price_null;
  record::TimeInForce time_in_force = record::TimeInForce::day;
  std::uint8_t flags = 0;  // record::CommandFlag
  std::uint8_t display = record::display_all;
};

class Actions {
 public:
  static constexpr std::size_t capacity = 32;

  /// `next_client_order_id`: the first id that was never used today.
  Actions(const Identity& identity, std::uint32_t next_client_order_id) noexcept
      : identity_(identity), next_(next_client_order_id) {}

  /// A new order. Returns its client_order_id, or 0 when the input has asked for too much already.
  std::uint32_t enter(const OrderTerms& terms) noexcept {
    return add(record::CommandAction::enter, terms, 0);
  }

  /// Another order in the place of `client_order_id`. Returns the id of the new one, or 0.
  std::uint32_t replace(std::uint32_t client_order_id, const OrderTerms& terms) noexcept {
    return add(record::CommandAction::replace, terms, client_order_id);
  }

  /// Reduces an order to `keep` shares in total, what it has executed included; 0: all of it
  /// leaves.
  bool cancel(std::uint32_t client_order_id, std::uint32_t instrument,
              std::uint32_t keep = 0) noexcept {
    if (count_ == capacity) return refuse();
    record::OrderCommand& out = commands_[count_++];
    out = blank(instrument);
    out.action = record::CommandAction::cancel;
    out.client_order_id = client_order_id;
    out.size = keep;
    out.price_e9 = record::price_null;
    return true;
  }

  std::span<const record::OrderCommand> commands() const noexcept {
    return {commands_.data(), count_};
  }
  std::uint64_t refused() const noexcept { return refused_; }
  std::uint32_t next_client_order_id() const noexcept { return next_; }
  const Identity& identity() const noexcept { return identity_; }

  /// The engine: a new input is looked at, and what it causes bears its times and number.
  template <class Cause>
  void begin(const Cause& cause) noexcept {
    count_ = 0;
    event_time_ns_ = cause.event_time_ns;
    receive_time_ns_ = cause.receive_time_ns;
    sequence_number_ = cause.sequence_number;
    sequence_number_high_ = cause.sequence_number_high;
  }

 private:
  bool refuse() noexcept {
    ++refused_;
    return false;
  }

  std::uint32_t add(record::CommandAction action, const OrderTerms& terms,
                    std::uint32_t original) noexcept {
    if (count_ == capacity) return refuse(), 0;
    record::OrderCommand& out = commands_[count_++];
    out = blank(terms.instrument);
    out.action = action;
    out.client_order_id = next_++;
    out.original_client_order_id = original;
    out.size = terms.size;
    out.side = terms.side;
    out.flags = terms.flags;
    out.price_e9 = terms.price_e9;
    out.time_in_force = terms.time_in_force;
    out.display = terms.display;
    return out.client_order_id;
  }

  record::OrderCommand blank(std::uint32_t instrument) const noexcept {
    record::OrderCommand out{};
    out.event_time_ns = event_time_ns_;
    out.receive_time_ns = receive_time_ns_;
    out.sequence_number = sequence_number_;
    out.sequence_number_high = sequence_number_high_;
    out.instrument = instrument;
    out.kind = record::Kind::order_command;
    out.strategy = identity_.strategy;
    out.account = identity_.account;
    out.venue = identity_.venue;
    out.channel = identity_.channel;
    return out;
  }

  Identity identity_;
  std::uint32_t next_;
  std::size_t count_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t event_time_ns_ = 0;
  std::uint64_t receive_time_ns_ = 0;
  std::uint32_t sequence_number_ = 0;
  std::uint16_t sequence_number_high_ = 0;
  std::array<record::OrderCommand, capacity> commands_{};
};

}  // namespace hft::strategy

// Order entry that speaks OUCH 5.0.
//
// An order's number (user_ref_num) must be above all earlier ones of the account; a message whose
// number is not is a repetition and is ignored. A replace that finds no live order uses up nothing.
#pragma once

#include "hft/venue/order_entry.hpp"
#include "hft/wire/ouch50.hpp"

namespace hft::venue {

class Ouch50Entry final : public OrderEntry {
 public:
  using OrderEntry::OrderEntry;

  void say_system(char event_code, std::uint64_t time_ns) override;

 private:
  struct Options;  // of an appendage, as far as this venue knows them

  EntryVerdict decode(std::span<const std::byte> message, OrderInput& out) override;
  void say_accepted(const VenueEvent& event, const EnteredOrder& order) override;
  void say_rejected(const EnteredOrder& order, RejectReason reason) override;
  void say_replaced(const VenueEvent& event, const EnteredOrder& before,
                    const EnteredOrder& order) override;
  void say_modified(const EnteredOrder& order) override;
  void say_executed(const VenueEvent& event, const EnteredOrder& order) override;
  void say_cancelled(const VenueEvent& event, const EnteredOrder& order, char reason) override;
  void say_self_match(const VenueEvent& event, const EnteredOrder& order, char liquidity) override;
  void say_restated(const VenueEvent& event, const EnteredOrder& order) override;
  void say_cancel_pending(const EnteredOrder& order) override;
  void say_cancel_rejected(const EnteredOrder& order) override;
  void forget(const EnteredOrder& order) override;

  EntryVerdict enter(std::span<const std::byte> message, OrderInput& out);
  EntryVerdict replace(std::span<const std::byte> message, OrderInput& out);
  EntryVerdict cancel(std::span<const std::byte> message, OrderInput& out);
  EntryVerdict modify(std::span<const std::byte> message, OrderInput& out);
  EntryVerdict mass_cancel(std::span<const std::byte> message, OrderInput& out);
  template <class Message, class Response>
  EntryVerdict set_entry(std::span<const std::byte> message, bool enabled);
  EntryVerdict account_query();

  /// The rejection code of what both enter and replace bring; 0: none.
  std::uint16_t refusal(const EnteredOrder& order, std::uint64_t price,
                        const Options& options) const noexcept;
  EntryVerdict refuse(const EnteredOrder& order, std::uint16_t code);
  void say_rejected(const EnteredOrder& order, std::uint16_t code);
  void start_expiry(const EnteredOrder& order, const Options& options, std::uint64_t token);
  bool is_repeated(std::uint32_t number) noexcept;
  /// The engine's token of a number; 0: none.
  std::uint64_t token_of(std::uint32_t number) const noexcept;

  std::uint32_t last_number_ = 0;
  std::uint32_t number_before_ = 0;  // the input in work: what last_number_ was
  bool entry_enabled_ = true;
};

}  // namespace hft::venue

// Order entry that speaks OUCH 4.2.
//
// An order's token is any 14 characters that the account has not used before in the day; a message
// whose token is used up is a repetition and is ignored.
#pragma once

#include "hft/venue/order_entry.hpp"
#include "hft/wire/ouch42.hpp"

namespace hft::venue {

class Ouch42Entry final : public OrderEntry {
 public:
  Ouch42Entry(const AccountTerms& terms, const Symbols& symbols, std::uint64_t midnight_ns,
              std::uint32_t expected_orders);

  void say_system(char event_code, std::uint64_t time_ns) override;

 private:
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

  EntryVerdict enter(const wire::ouch42::inbound::EnterOrder& in, OrderInput& out);
  EntryVerdict replace(const wire::ouch42::inbound::ReplaceOrder& in, OrderInput& out);
  EntryVerdict cancel(const wire::ouch42::inbound::CancelOrder& in, OrderInput& out);
  EntryVerdict modify(const wire::ouch42::inbound::ModifyOrder& in, OrderInput& out);

  std::uint64_t add_token(const EnteredOrder& order);
  EntryVerdict refuse(const EnteredOrder& order, char reason);
  void say_rejected(const EnteredOrder& order, char reason);
  void start_expiry(std::uint64_t token);
  /// The engine's token of an order's; 0: none.
  std::uint64_t token_of(const wire::ouch42::Token& text) const noexcept;
  std::size_t slot_of(const wire::ouch42::Token& text) const noexcept;
  void grow();

  std::vector<std::uint32_t> slots_;  // the engine's tokens by the orders' own; 0: empty
};

}  // namespace hft::venue

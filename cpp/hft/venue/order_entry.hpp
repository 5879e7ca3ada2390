// Order entry of one account: its OUCH messages become inputs of the matching engine, and the
// engine's events become OUCH messages in the account's sequenced stream.
//
// Pure: no sockets, no clock, no engine. take() says what a message asks for; whoever has the
// engine asks it, hands the events back through said() while it answers, and at the end tells
// applied(). The engine knows an order by its number in the account's table here; the client knows
// it by its own number (OUCH 5.0) or token (4.2), which live as long as the day does, since none
// may be used twice.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hft/base/endian.hpp"
#include "hft/venue/day_store.hpp"
#include "hft/venue/order_terms.hpp"
#include "hft/venue/venue_event.hpp"

namespace hft::venue {

/// What a message came to. Each is a counter of the account.
enum class EntryVerdict : std::uint8_t {
  input,      // an OrderInput was written: ask the engine
  answered,   // answered by order entry itself: rejected, or a question
  ignored,    // as the protocol says: a repetition, or an order that is not there
  malformed,  // no message of this protocol: end the connection
};
inline constexpr std::size_t entry_verdict_count = 4;

enum class InputKind : std::uint8_t { enter, replace, cancel, modify, cancel_matching };

struct OrderInput {
  InputKind kind;
  std::uint64_t token;       // of the engine; 0 with cancel_matching
  std::uint64_t new_token;   // of a replace
  std::uint32_t size;        // of cancel and modify
  std::uint32_t instrument;  // of cancel_matching; no_instrument: all
  OrderTerms terms;          // of enter
  ReplaceTerms replacement;  // of replace
};
inline constexpr std::uint32_t no_instrument = 0xffffffff;

/// What order entry knows of an order, beyond the engine. Kept for the day.
struct EnteredOrder {
  Alpha<14> text;  // OUCH 5.0: the client's own words; 4.2: the token
  Alpha<4> firm;
  std::uint32_t number;  // OUCH 5.0: user_ref_num
  std::uint32_t instrument;
  std::uint32_t time_in_force;  // as entered: a letter, or seconds
  std::uint32_t open;           // shares that may still trade
  char side;
  char display;
  char capacity;
  char sweep;
  char cross_type;
  bool mentioned;  // an event was about it: its number is used up
};

struct AccountTerms {
  std::string user;  // at most 6 characters, as SoupBinTCP has it
  std::string password;
  Alpha<4> firm{};  // the market participant's identifier
  bool cancel_on_disconnect = false;
  SelfMatch self_match = SelfMatch::allow;
};

/// The symbols of the day. An instrument's number is its locate code in the feed, from 1: 0 means
/// the whole market there, and is no instrument here.
class Symbols {
 public:
  explicit Symbols(std::span<const Alpha<8>> symbols);

  /// no_instrument where there is none.
  std::uint32_t find(const Alpha<8>& symbol) const noexcept;
  const Alpha<8>& operator[](std::uint32_t instrument) const noexcept {
    return symbols_[instrument];
  }
  /// The number of instruments, and of the last one.
  std::uint32_t last() const noexcept { return static_cast<std::uint32_t>(symbols_.size() - 1); }

 private:
  std::vector<Alpha<8>> symbols_;     // by number; [0] is none
  std::vector<std::uint32_t> slots_;  // open addressing; 0: empty
};

class OrderEntry {
 public:
  OrderEntry(const AccountTerms& terms, const Symbols& symbols, std::uint64_t midnight_ns,
             std::uint32_t expected_orders);
  virtual ~OrderEntry() = default;
  OrderEntry(const OrderEntry&) = delete;
  OrderEntry& operator=(const OrderEntry&) = delete;

  /// One message of the client. `out` is whole only when the verdict is `input`.
  EntryVerdict take(std::span<const std::byte> message, std::uint64_t time_ns, OrderInput& out);
  /// What the engine answered to that input, after its events.
  void applied(const OrderInput& input, Verdict verdict, std::uint64_t time_ns);
  /// One event of the engine about an order of this account.
  void said(const VenueEvent& event);

  /// The venue's day: S and E.
  virtual void say_system(char event_code, std::uint64_t time_ns) = 0;

  /// The next order whose time in force ends by `time_ns`: cancel it in the engine, between this
  /// call and end_of_expiry(). No value: none.
  std::optional<std::uint64_t> expired(std::uint64_t time_ns) noexcept;
  void end_of_expiry() noexcept { expiring_ = false; }
  /// When the next one ends; ~0: none.
  std::uint64_t next_expiry_ns() const noexcept;

  /// The engine's token of the first live order behind `token` in the instrument (or any), 0: none.
  std::uint64_t next_live(std::uint64_t token, std::uint32_t instrument) const noexcept;

  const AccountTerms& terms() const noexcept { return terms_; }
  const DayStore& stream() const noexcept { return stream_; }
  DayStore& stream() noexcept { return stream_; }
  std::uint64_t count(EntryVerdict verdict) const noexcept {
    return verdicts_[static_cast<std::size_t>(verdict)];
  }
  std::size_t orders() const noexcept { return orders_.size(); }

 protected:
  virtual EntryVerdict decode(std::span<const std::byte> message, OrderInput& out) = 0;
  virtual void say_accepted(const VenueEvent& event, const EnteredOrder& order) = 0;
  virtual void say_rejected(const EnteredOrder& order, RejectReason reason) = 0;
  virtual void say_replaced(const VenueEvent& event, const EnteredOrder& before,
                            const EnteredOrder& order) = 0;
  virtual void say_modified(const EnteredOrder& order) = 0;
  virtual void say_executed(const VenueEvent& event, const EnteredOrder& order) = 0;
  virtual void say_cancelled(const VenueEvent& event, const EnteredOrder& order, char reason) = 0;
  virtual void say_self_match(const VenueEvent& event, const EnteredOrder& order,
                              char liquidity) = 0;
  virtual void say_restated(const VenueEvent& event, const EnteredOrder& order) = 0;
  virtual void say_cancel_pending(const EnteredOrder& order) = 0;
  virtual void say_cancel_rejected(const EnteredOrder& order) = 0;
  /// The order whose registration is undone: its number or token was not used up.
  virtual void forget(const EnteredOrder& order) = 0;

  /// What is said next is said at this time.
  void start(std::uint64_t time_ns) noexcept { time_ns_ = time_ns; }
  /// Registers an order; returns the engine's token of it.
  std::uint64_t add(const EnteredOrder& order);
  EnteredOrder& order(std::uint64_t token) noexcept { return orders_[token - 1]; }
  const std::vector<EnteredOrder>& all() const noexcept { return orders_; }
  void expire_at(std::uint64_t time_ns, std::uint64_t token);
  /// The side letter that the input in work, a modify, asks for.
  void note_side(char side) noexcept { side_asked_ = side; }
  bool side_may_become(char from, char to) const noexcept;

  const Symbols& symbols() const noexcept { return symbols_; }
  std::uint64_t midnight_ns() const noexcept { return midnight_ns_; }
  std::uint64_t time_ns() const noexcept { return time_ns_; }

  /// Room for a message, its type and time set.
  template <class Message>
  Message& say(std::size_t behind = 0) {
    auto& message = *reinterpret_cast<Message*>(append_message(sizeof(Message) + behind));
    message.message_type = Message::tag;
    message.timestamp = time_ns_ - midnight_ns_;
    return message;
  }

 private:
  struct Expiry {
    std::uint64_t time_ns;
    std::uint64_t token;
  };

  std::byte* append_message(std::size_t bytes);
  void said_cancelled(const VenueEvent& event, EnteredOrder& order);
  void said_replaced(const VenueEvent& event, EnteredOrder& order);

  AccountTerms terms_;
  const Symbols& symbols_;
  std::uint64_t midnight_ns_;
  DayStore stream_;
  std::vector<EnteredOrder> orders_;  // of token t at t - 1
  std::vector<Expiry> expiries_;      // a heap, the earliest on top
  std::uint64_t time_ns_ = 0;         // of the input or event in work
  std::uint64_t in_work_ = 0;         // the token of the input in work
  char side_asked_ = 0;
  bool expiring_ = false;
  std::uint64_t verdicts_[entry_verdict_count] = {};
};

}  // namespace hft::venue

// The simulated exchange's heart: price-time matching of many instruments on one thread.
//
// Pure: inputs bring their time, and everything that happens is an event to the sink, in order.
// The same inputs give the same events. The rules are docs/venues/simulated-exchange.md; what an
// OUCH message or an ITCH message looks like is known to order entry and to the feed publisher.
// After construction and add_instrument nothing is allocated.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "hft/book/book_types.hpp"
#include "hft/venue/auction.hpp"
#include "hft/venue/cross_run.hpp"
#include "hft/venue/event_writer.hpp"
#include "hft/venue/instrument_states.hpp"
#include "hft/venue/matcher.hpp"
#include "hft/venue/order_terms.hpp"
#include "hft/venue/venue_books.hpp"
#include "hft/venue/venue_event.hpp"

namespace hft::venue {

/// The configuration, or hft::Error naming the value that no engine can be made with.
const EngineConfig& checked(const EngineConfig& config);

/// `Sink` is called with each `const VenueEvent&`, before the input returns. It must not call the
/// engine, nor throw.
template <class Sink>
class MatchingEngine {
 public:
  /// Throws hft::Error when the configuration is impossible or memory is refused.
  MatchingEngine(const EngineConfig& config, Sink& sink)
      : config_(checked(config)),
        books_(config.max_orders, config.max_instruments, config.max_owners),
        out_(sink),
        next_{config.first_order_id, config.first_match_number},
        matcher_(books_, out_, next_),
        auction_(config.max_orders) {
    instruments_.reserve(config.max_instruments);
  }
  MatchingEngine(const MatchingEngine&) = delete;  // its parts know one another by address
  MatchingEngine& operator=(const MatchingEngine&) = delete;

  /// The next instrument, from 0; it is trading. Throws Error where the terms are impossible and
  /// when there are max_instruments.
  std::uint32_t add_instrument(const InstrumentTerms& terms) {
    if (instruments_.size() == config_.max_instruments) {
      throw Error("venue: add_instrument", "there are max_instruments already",
                  "configure more of them");
    }
    instruments_.push_back(make_instrument(terms));
    return static_cast<std::uint32_t>(instruments_.size() - 1);
  }

  /// Of all later matches of the owner (0 .. max_owners - 1); at first `allow`.
  void set_self_match(std::uint32_t owner, SelfMatch option) noexcept {
    if (owner < config_.max_owners) books_.orders.self_match(owner) = option;
  }

  // Inputs of an owner. `token` is the owner's name of the order; that no token is used twice in a
  // day, also after its order is gone, is order entry's to keep.
  Verdict enter(std::uint64_t time_ns, std::uint32_t owner, std::uint64_t token,
                const OrderTerms& terms) noexcept;
  Verdict replace(std::uint64_t time_ns, std::uint32_t owner, std::uint64_t token,
                  std::uint64_t new_token, const ReplaceTerms& terms) noexcept;
  /// `size`: what the order may execute in total, what it has executed included; 0: all leaves.
  Verdict cancel(std::uint64_t time_ns, std::uint32_t owner, std::uint64_t token,
                 std::uint32_t size) noexcept;
  /// The order has `size` shares in total; keeps its place in the queue where it shrinks.
  Verdict modify(std::uint64_t time_ns, std::uint32_t owner, std::uint64_t token,
                 std::uint32_t size) noexcept;
  /// Cancels all orders of an owner, by order id; how many there were. Looks at all orders.
  std::uint32_t cancel_all(std::uint64_t time_ns, std::uint32_t owner,
                           CancelReason reason) noexcept;

  // Inputs of the venue's own day.
  /// Halted and paused: no orders, but cancels. Quotation: orders rest, and match at the cross.
  /// On the way to trading, books that meet and orders for the halt cross go through that cross.
  Verdict set_state(std::uint64_t time_ns, std::uint32_t instrument, TradingState state) noexcept;
  /// From here on orders for this cross can be neither entered, replaced, reduced nor cancelled.
  Verdict freeze(std::uint32_t instrument, Cross cross) noexcept;
  /// One price for all; the instrument is in `trading` afterwards.
  Verdict cross(std::uint64_t time_ns, std::uint32_t instrument, Cross cross) noexcept;
  /// Cancels every order of this time in force, by order id; how many there were.
  std::uint32_t expire(std::uint64_t time_ns, record::TimeInForce time_in_force) noexcept;
  /// While closed every new order is rejected; open at first.
  void set_open(bool open) noexcept { open_ = open; }

  // Questions.
  /// What a cross would do now: the content of an imbalance message.
  Indication indication(std::uint32_t instrument, Cross cross) noexcept;
  TradingState state(std::uint32_t instrument) const noexcept {
    return instruments_[instrument].state;
  }
  /// Best price of a side, hidden orders included, or price_null.
  std::int64_t best_price_e9(std::uint32_t instrument, record::Side side) const noexcept {
    return to_price_e9(books_.best_price(instrument, side));
  }
  bool has_order(std::uint32_t owner, std::uint64_t token) const noexcept {
    return owner < config_.max_owners && books_.find(owner, token) != no_slot;
  }
  std::uint32_t instrument_count() const noexcept {
    return static_cast<std::uint32_t>(instruments_.size());
  }
  std::uint32_t order_count() const noexcept { return books_.orders.count(); }
  std::uint32_t order_count(std::uint32_t owner) const noexcept {
    return books_.orders.count(owner);
  }

  /// Calls visit(const RestingOrder&) for each order of a side of the book, best price first; at a
  /// price the displayed ones, then the hidden ones, each in the order of their queue.
  template <class Visit>
  void for_each_order(std::uint32_t instrument, record::Side side, Visit&& visit) const {
    const auto entries = entries_of(instrument, side);
    for (std::size_t i = entries.size(); i-- > 0;) {
      const Level& level = books_.levels[entries[i].level];
      for (const Slot first : {level.shown.first, level.hidden.first}) {
        for (Slot at = first; at != no_slot; at = books_.orders[at].next) visit(books_.orders[at]);
      }
    }
  }

  /// Of what is displayed, as every book set of the feed computes it (book_types.hpp).
  std::uint64_t displayed_digest() const;

  /// For those who know the next inputs: what they will look at (venue_command.hpp).
  const VenueBooks& books() const noexcept { return books_; }

 private:
  using Reason = std::optional<RejectReason>;

  struct Asked {  // what enter and replace have in common, checked
    std::uint32_t size;
    PriceUnits price;
    std::uint32_t display_size;
    record::TimeInForce time_in_force;
    bool post_only;
  };

  Reason refusal_of_instrument(std::uint32_t instrument) const noexcept;
  static Reason check_terms(const OrderTerms& terms, PriceGrid grid, Asked& asked) noexcept;
  Reason place_post_only(const InstrumentState& instrument, std::uint32_t index, record::Side side,
                         Asked& asked) const noexcept;
  Verdict reject(std::uint32_t owner, std::uint64_t token, const OrderTerms& terms,
                 RejectReason reason) noexcept;
  static void apply_terms(RestingOrder& order, const Asked& asked) noexcept;
  Verdict replace_order(Slot slot, std::uint64_t new_token, const ReplaceTerms& terms) noexcept;
  void keep_place(Slot slot, std::uint64_t new_token, const ReplaceTerms& terms,
                  std::uint32_t open) noexcept;
  void take_new_place(Slot slot, std::uint64_t new_token, const Asked& asked,
                      std::uint32_t open) noexcept;
  void trade_and_rest(Slot slot) noexcept;
  void grow(Slot slot, std::uint32_t open, std::uint32_t size) noexcept;
  std::uint32_t shrink(Slot slot, std::uint32_t open) noexcept;
  Verdict cancel_frozen(RestingOrder& order, std::uint32_t open) noexcept;
  void run_cross(std::uint32_t instrument, Cross cross) noexcept;
  AuctionPrice auction(std::uint32_t instrument, Cross cross, bool with_book) noexcept;
  bool needs_halt_cross(std::uint32_t instrument) const noexcept;
  void enter_state(std::uint32_t instrument, TradingState state) noexcept;

  void add_displayed(book::Digest& digest, record::Side side, const Level& level) const;

  /// The prices of a side of the book, worst first.
  std::span<const PriceLevels::Entry> entries_of(std::uint32_t instrument,
                                                 record::Side side) const noexcept {
    return books_.levels.entries(books_.levels.side_index(instrument, Ladder::book, side));
  }
  static std::uint32_t open_after(const RestingOrder& order, std::uint32_t size) noexcept {
    return size > order.liable ? size - order.liable : 0;
  }
  InstrumentState& instrument_of(const RestingOrder& order) noexcept {
    return instruments_[order.instrument];
  }
  bool frozen(const RestingOrder& order) noexcept {
    return order.ladder != Ladder::book &&
           instrument_of(order).phases[static_cast<std::size_t>(order.ladder)] ==
               CrossPhase::frozen;
  }

  EngineConfig config_;
  VenueBooks books_;
  EventWriter<Sink> out_;
  Counters next_;
  Matcher<Sink> matcher_;
  Auction auction_;
  std::vector<InstrumentState> instruments_;
  bool open_ = true;
};

}  // namespace hft::venue

#include "hft/venue/matching_engine_day.hpp"
#include "hft/venue/matching_engine_orders.hpp"

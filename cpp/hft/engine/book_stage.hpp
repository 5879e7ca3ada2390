// The book set of one feed behind one interface, so that a replay runs with any of them.
//
// One virtual call serves a run of records: its cost is lost among them. Queries allocate; they are
// for people and research, never for the hot path.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hft/book/book_types.hpp"
#include "hft/record/record.hpp"
#include "hft/record/touch.hpp"

namespace hft::engine {

enum class BookKind : std::uint8_t { none, fast, map };

/// "fast", "map" or "none"; throws hft::Error for any other word. `where` is the option's name.
BookKind parse_book_kind(std::string_view word, const std::string& where);

/// What the books of a feed hold.
struct BookTotals {
  std::uint64_t orders = 0;
  std::uint64_t levels = 0;
  std::uint64_t instruments = 0;  // with an order
};

class BookStage {
 public:
  BookStage() = default;
  virtual ~BookStage() = default;
  BookStage(const BookStage&) = delete;
  BookStage& operator=(const BookStage&) = delete;

  /// Applies records in order. Returns the touches they make, which stand until the next call.
  virtual std::span<const record::Touch> apply(std::span<const record::Record> records) = 0;

  virtual book::BestPrices best_prices(std::uint32_t instrument) const = 0;
  virtual std::vector<book::Level> depth(std::uint32_t instrument, record::Side side,
                                         std::size_t levels_max) const = 0;
  virtual std::vector<book::Order> orders(std::uint32_t instrument, record::Side side,
                                          std::int64_t price_e9) const = 0;
  virtual std::optional<book::Order> find(std::uint64_t order_id) const = 0;
  virtual std::optional<book::QueuePosition> queue_position(std::uint64_t order_id) const = 0;
  virtual bool is_suspect(std::uint32_t instrument) const = 0;
  virtual char trading_state(std::uint32_t instrument) const = 0;
  virtual std::size_t order_count() const = 0;
  virtual const book::VerdictCounts& verdict_counts() const = 0;
  virtual const book::FirstRefused& first_refused() const = 0;
  virtual const book::Config& config() const = 0;
  virtual std::uint64_t digest() const = 0;
  virtual std::string_view kind() const = 0;

  /// Events refused, all reasons together.
  std::uint64_t refused() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 1; i < book::verdict_count; ++i) sum += verdict_counts()[i];
    return sum;
  }
  BookTotals totals() const;
};

/// A book set of the kind; null for BookKind::none.
std::unique_ptr<BookStage> make_book_stage(BookKind kind, const book::Config& config);

}  // namespace hft::engine

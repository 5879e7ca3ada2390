// The one place that knows which book sets there are.
#include "hft/engine/book_stage.hpp"

#include <type_traits>

#include "hft/base/error.hpp"
#include "hft/book/map_book.hpp"
#include "hft/book/order_book.hpp"

namespace hft::engine {

namespace {

template <class BookSet>
class Stage final : public BookStage {
 public:
  Stage(const book::Config& config, std::string_view kind) : books_(config), kind_(kind) {}

  std::span<const record::Touch> apply(std::span<const record::Record> records) override {
    if (touches_.size() < records.size()) touches_.resize(records.size());
    return {touches_.data(), write_touches(records)};
  }
  book::BestPrices best_prices(std::uint32_t instrument) const override {
    return books_.best_prices(instrument);
  }
  std::vector<book::Level> depth(std::uint32_t instrument, record::Side side,
                                 std::size_t levels_max) const override {
    return books_.depth(instrument, side, levels_max);
  }
  std::vector<book::Order> orders(std::uint32_t instrument, record::Side side,
                                  std::int64_t price_e9) const override {
    return books_.orders(instrument, side, price_e9);
  }
  std::optional<book::Order> find(std::uint64_t order_id) const override {
    return books_.find(order_id);
  }
  std::optional<book::QueuePosition> queue_position(std::uint64_t order_id) const override {
    return books_.queue_position(order_id);
  }
  bool is_suspect(std::uint32_t instrument) const override { return books_.is_suspect(instrument); }
  char trading_state(std::uint32_t instrument) const override {
    return books_.trading_state(instrument);
  }
  std::size_t order_count() const override { return books_.order_count(); }
  const book::VerdictCounts& verdict_counts() const override { return books_.verdict_counts(); }
  const book::FirstRefused& first_refused() const override { return books_.first_refused(); }
  const book::Config& config() const override { return books_.config(); }
  std::uint64_t digest() const override { return books_.digest(); }
  std::string_view kind() const override { return kind_; }

 private:
  // The reference calls back for each touch; the fast books write them where they are told.
  std::size_t write_touches(std::span<const record::Record> records) {
    if constexpr (std::is_same_v<BookSet, book::MapBookSet>) {
      std::size_t count = 0;
      books_.apply(records, [&](const record::Touch& touch) { touches_[count++] = touch; });
      return count;
    } else {
      return books_.apply(records, touches_);
    }
  }

  BookSet books_;
  std::vector<record::Touch> touches_;  // at most one for each record
  std::string_view kind_;
};

}  // namespace

BookKind parse_book_kind(std::string_view word, const std::string& where) {
  if (word == "fast") return BookKind::fast;
  if (word == "map") return BookKind::map;
  if (word == "none") return BookKind::none;
  throw Error(where, "'" + std::string(word) + "' is no kind of book", "use fast, map or none");
}

BookTotals BookStage::totals() const {
  BookTotals totals;
  totals.orders = order_count();
  for (std::uint32_t i = 0; i < config().max_instruments; ++i) {
    const std::size_t levels = depth(i, record::Side::bid, ~std::size_t{0}).size() +
                               depth(i, record::Side::ask, ~std::size_t{0}).size();
    totals.levels += levels;
    if (levels != 0) ++totals.instruments;
  }
  return totals;
}

std::unique_ptr<BookStage> make_book_stage(BookKind kind, const book::Config& config) {
  switch (kind) {
    case BookKind::none: return nullptr;
    case BookKind::fast: return std::make_unique<Stage<book::OrderBookSet>>(config, "fast");
    case BookKind::map: return std::make_unique<Stage<book::MapBookSet>>(config, "map");
  }
  return nullptr;
}

}  // namespace hft::engine

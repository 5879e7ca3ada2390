// hft.book: book sets, of Python's own or of a running replay.
#include <pybind11/stl.h>

#include "hft/py/bind_book.hpp"
#include "hft/py/bindings.hpp"
#include "hft/py/dtype.hpp"
#include "hft/record/touch.hpp"

namespace hft::py {

namespace {

using engine::BookStage;

constexpr std::size_t block_records = 128;  // what the fast books fetch ahead

std::vector<record::Touch> apply_blocks(BookStage& books, std::span<const record::Record> records) {
  std::vector<record::Touch> touches;
  while (!records.empty()) {
    const std::size_t count = std::min(records.size(), block_records);
    const auto made = books.apply(records.first(count));
    touches.insert(touches.end(), made.begin(), made.end());
    records = records.subspan(count);
  }
  return touches;
}

pyb::array apply(BookView& view, const pyb::array& array) {
  if (!view.own) {
    throw pyb::type_error("apply: this book set belongs to a replay, which alone may change it");
  }
  const RecordsIn records(array);
  std::vector<record::Touch> touches;
  {
    const pyb::gil_scoped_release released;
    touches = apply_blocks(*view.books, records.all());
  }
  return own(std::move(touches), dtype_of_kind(record::Kind::touch));
}

pyb::tuple depth(const BookView& view, std::uint32_t instrument, record::Side side,
                 std::size_t levels_max) {
  const auto levels = view.books->depth(instrument, side, levels_max);
  pyb::array_t<std::int64_t> prices(static_cast<pyb::ssize_t>(levels.size()));
  pyb::array_t<std::uint32_t> sizes(static_cast<pyb::ssize_t>(levels.size()));
  pyb::array_t<std::uint32_t> counts(static_cast<pyb::ssize_t>(levels.size()));
  for (std::size_t i = 0; i < levels.size(); ++i) {
    prices.mutable_data()[i] = levels[i].price_e9;
    sizes.mutable_data()[i] = levels[i].size;
    counts.mutable_data()[i] = levels[i].count;
  }
  return pyb::make_tuple(prices, sizes, counts);
}

struct QueuedOrder {  // a row of what `orders` answers
  std::uint64_t order_id;
  std::uint32_t size;
  std::uint32_t reserved;
};

pyb::array orders(const BookView& view, std::uint32_t instrument, record::Side side,
                  std::int64_t price_e9) {
  std::vector<QueuedOrder> rows;
  for (const book::Order& order : view.books->orders(instrument, side, price_e9)) {
    rows.push_back({order.order_id, order.size, 0});
  }
  pyb::list fields;
  fields.append(pyb::make_tuple("order_id", "<u8"));
  fields.append(pyb::make_tuple("size", "<u4"));
  fields.append(pyb::make_tuple("reserved", "<u4"));
  return own(std::move(rows), pyb::dtype::from_args(fields));
}

pyb::object find(const BookView& view, std::uint64_t order_id) {
  const auto order = view.books->find(order_id);
  if (!order) return pyb::none();
  return pyb::make_tuple(order->instrument, order->side, order->price_e9, order->size);
}

pyb::object queue_position(const BookView& view, std::uint64_t order_id) {
  const auto ahead = view.books->queue_position(order_id);
  if (!ahead) return pyb::none();
  return pyb::make_tuple(ahead->orders_ahead, ahead->size_ahead);
}

pyb::dict verdicts(const BookView& view) {
  pyb::dict counts;
  for (std::size_t i = 0; i < book::verdict_count; ++i) {
    counts[pyb::str(std::string(book::verdict_names[i]))] = view.books->verdict_counts()[i];
  }
  return counts;
}

std::unique_ptr<BookView> make(const std::string& kind, std::uint32_t max_orders,
                               std::uint32_t max_instruments, std::int64_t price_unit_e9) {
  const auto parsed = engine::parse_book_kind(kind, "BookSet: kind");
  if (parsed == engine::BookKind::none) throw pyb::value_error("BookSet: kind: use fast or map");
  auto view = std::make_unique<BookView>();
  view->own = engine::make_book_stage(parsed, {price_unit_e9, max_orders, max_instruments});
  view->books = view->own.get();
  return view;
}

std::string trading_state(const BookView& view, std::uint32_t instrument) {
  const char state = view.books->trading_state(instrument);
  return state == '\0' ? std::string() : std::string(1, state);
}

}  // namespace

void bind_book(pyb::module_& m) {
  using pyb::arg;
  const auto released = pyb::call_guard<pyb::gil_scoped_release>();
  pyb::class_<BookView>(m, "BookSet", pyb::is_final(), "The books of one feed.")
      .def(pyb::init(&make), arg("kind") = "fast", pyb::kw_only(), arg("max_orders") = 4'000'000,
           arg("max_instruments") = 65'536, arg("price_unit_e9") = 100'000)
      .def("apply", &apply, arg("records"))
      .def(
          "touch",
          [](const BookView& view, std::uint32_t instrument) {
            const book::BestPrices best = view.books->best_prices(instrument);
            return pyb::make_tuple(best.bid_price_e9, best.bid_size, best.ask_price_e9,
                                   best.ask_size);
          },
          arg("instrument"))
      .def("depth", &depth, arg("instrument"), arg("side"), arg("levels"))
      .def("orders", &orders, arg("instrument"), arg("side"), arg("price_e9"))
      .def("find", &find, arg("order_id"))
      .def("queue_position", &queue_position, arg("order_id"))
      .def(
          "is_suspect",
          [](const BookView& view, std::uint32_t instrument) {
            return view.books->is_suspect(instrument);
          },
          arg("instrument"))
      .def("trading_state", &trading_state, arg("instrument"))
      .def(
          "digest", [](const BookView& view) { return view.books->digest(); }, released)
      .def_property_readonly("kind",
                             [](const BookView& view) { return std::string(view.books->kind()); })
      .def_property_readonly("order_count",
                             [](const BookView& view) { return view.books->order_count(); })
      .def_property_readonly("verdicts", &verdicts);
}

}  // namespace hft::py

// hft.strategy: what a strategy in Python is given, touches, reports, actions, its own orders.
//
// A call for each touch costs about a microsecond: fit for research and paper trading, and for
// nothing that has to be fast.
#include "hft/py/bind_strategy.hpp"

#include <optional>
#include <string>

#include "hft/feature/microprice.hpp"
#include "hft/py/bindings.hpp"
#include "hft/strategy/working_orders.hpp"

namespace hft::py {

namespace {

using strategy::WorkingOrder;

/// More than any example needs, and few enough to be searched from end to end.
using WorkingOrders = strategy::WorkingOrders<256>;

std::optional<std::int64_t> price_or_none(std::int64_t price_e9) {
  if (price_e9 == record::price_null) return std::nullopt;
  return price_e9;
}

std::string letter(char c) {
  return c == '\0' ? std::string() : std::string(1, c);
}

strategy::OrderTerms order_terms(std::uint32_t instrument, record::Side side, std::uint32_t size,
                                 std::optional<std::int64_t> price_e9,
                                 record::TimeInForce time_in_force, bool post_only,
                                 bool short_sale) {
  strategy::OrderTerms terms;
  terms.instrument = instrument;
  terms.side = side;
  terms.size = size;
  terms.price_e9 = price_e9.value_or(record::price_null);
  terms.time_in_force = time_in_force;
  if (!price_e9) terms.flags |= record::command_market;
  if (post_only) terms.flags |= record::command_post_only;
  if (short_sale) terms.flags |= record::command_short_sale;
  return terms;
}

strategy::Actions& open(const ActionsView& view) {
  if (view.actions == nullptr) {
    throw pyb::value_error(
        "actions: they are over; ask for orders only in the call that gave you the actions");
  }
  return *view.actions;
}

WorkingOrder& order_of(WorkingOrders& orders, std::uint32_t client_order_id) {
  if (WorkingOrder* order = orders.find(client_order_id)) return *order;
  throw pyb::key_error("client_order_id " + std::to_string(client_order_id) +
                       ": no order of that name is working");
}

void bind_actions(pyb::module_& m) {
  using pyb::arg;
  constexpr auto day = record::TimeInForce::day;
  pyb::class_<ActionsView>(m, "Actions", pyb::is_final(), "What a strategy wants done.")
      .def(
          "enter",
          [](const ActionsView& view, std::uint32_t instrument, record::Side side,
             std::uint32_t size, std::optional<std::int64_t> price_e9, record::TimeInForce time,
             bool post_only, bool short_sale) {
            return open(view).enter(
                order_terms(instrument, side, size, price_e9, time, post_only, short_sale));
          },
          arg("instrument"), arg("side"), arg("size"), arg("price_e9"), pyb::kw_only(),
          arg("time_in_force") = day, arg("post_only") = false, arg("short_sale") = false)
      .def(
          "replace",
          [](const ActionsView& view, std::uint32_t client_order_id, std::uint32_t instrument,
             record::Side side, std::uint32_t size, std::optional<std::int64_t> price_e9,
             record::TimeInForce time, bool post_only, bool short_sale) {
            return open(view).replace(client_order_id, order_terms(instrument, side, size, price_e9,
                                                                   time, post_only, short_sale));
          },
          arg("client_order_id"), arg("instrument"), arg("side"), arg("size"), arg("price_e9"),
          pyb::kw_only(), arg("time_in_force") = day, arg("post_only") = false,
          arg("short_sale") = false)
      .def(
          "cancel",
          [](const ActionsView& view, std::uint32_t client_order_id, std::uint32_t instrument,
             std::uint32_t keep) { return open(view).cancel(client_order_id, instrument, keep); },
          arg("client_order_id"), arg("instrument"), arg("keep") = 0);
}

void bind_touch(pyb::module_& m) {
  using record::Touch;
  pyb::class_<Touch>(m, "Touch", pyb::is_final(), "A touch, as a strategy is given it.")
      .def_readonly("event_time_ns", &Touch::event_time_ns)
      .def_readonly("receive_time_ns", &Touch::receive_time_ns)
      .def_readonly("instrument", &Touch::instrument)
      .def_readonly("bid_size", &Touch::bid_size)
      .def_readonly("ask_size", &Touch::ask_size)
      .def_property_readonly("sequence_number",
                             [](const Touch& touch) { return record::sequence_number_of(touch); })
      .def_property_readonly("bid_price_e9",
                             [](const Touch& touch) { return price_or_none(touch.bid_price_e9); })
      .def_property_readonly("ask_price_e9",
                             [](const Touch& touch) { return price_or_none(touch.ask_price_e9); })
      .def_property_readonly(
          "mid_price_e9",
          [](const Touch& touch) { return price_or_none(feature::mid_price_e9(touch)); })
      .def_property_readonly(
          "microprice_e9",
          [](const Touch& touch) { return price_or_none(feature::microprice_e9(touch)); })
      .def_property_readonly("trading_state",
                             [](const Touch& touch) { return letter(touch.trading_state); })
      .def_property_readonly("is_suspect", [](const Touch& touch) {
        return (touch.flags & record::flag_book_suspect) != 0;
      });
}

void bind_report(pyb::module_& m) {
  using record::OrderReport;
  pyb::class_<OrderReport>(m, "Report", pyb::is_final(), "A report, as a strategy is given it.")
      .def_readonly("event_time_ns", &OrderReport::event_time_ns)
      .def_readonly("receive_time_ns", &OrderReport::receive_time_ns)
      .def_readonly("instrument", &OrderReport::instrument)
      .def_readonly("action", &OrderReport::action)
      .def_readonly("client_order_id", &OrderReport::client_order_id)
      .def_readonly("reference", &OrderReport::reference)
      .def_readonly("size", &OrderReport::size)
      .def_readonly("side", &OrderReport::side)
      .def_readonly("reason", &OrderReport::reason)
      .def_property_readonly(
          "price_e9", [](const OrderReport& report) { return price_or_none(report.price_e9); });
}

void bind_working_orders(pyb::module_& m) {
  using pyb::arg;
  pyb::class_<WorkingOrder>(m, "WorkingOrder", pyb::is_final(), "An order as it stood when asked.")
      .def_readonly("client_order_id", &WorkingOrder::client_order_id)
      .def_readonly("instrument", &WorkingOrder::instrument)
      .def_readonly("side", &WorkingOrder::side)
      .def_readonly("open_size", &WorkingOrder::open_size)
      .def_readonly("executed", &WorkingOrder::executed)
      .def_readonly("price_e9", &WorkingOrder::price_e9)
      .def_readonly("cancelling", &WorkingOrder::cancelling)
      .def_property_readonly("is_settled", &WorkingOrder::is_settled);
  pyb::class_<WorkingOrders>(m, "WorkingOrders", pyb::is_final(), "A strategy's own orders.")
      .def(pyb::init<>())
      .def("__len__", &WorkingOrders::size)
      .def(
          "find",
          [](WorkingOrders& orders, std::uint32_t instrument,
             record::Side side) -> std::optional<WorkingOrder> {
            const WorkingOrder* order = orders.find(instrument, side);
            return order == nullptr ? std::nullopt : std::optional(*order);
          },
          arg("instrument"), arg("side"))
      .def(
          "enter",
          [](WorkingOrders& orders, const ActionsView& view, std::uint32_t instrument,
             record::Side side, std::uint32_t size, std::int64_t price_e9, record::TimeInForce time,
             bool post_only, bool short_sale) {
            return orders.enter(
                order_terms(instrument, side, size, price_e9, time, post_only, short_sale),
                open(view));
          },
          arg("actions"), arg("instrument"), arg("side"), arg("size"), arg("price_e9"),
          pyb::kw_only(), arg("time_in_force") = record::TimeInForce::day, arg("post_only") = false,
          arg("short_sale") = false)
      .def(
          "replace",
          [](WorkingOrders& orders, const ActionsView& view, std::uint32_t client_order_id,
             std::uint32_t size, std::int64_t price_e9, bool post_only, bool short_sale) {
            WorkingOrder& order = order_of(orders, client_order_id);
            return orders.replace(order,
                                  order_terms(order.instrument, order.side, size, price_e9,
                                              record::TimeInForce::day, post_only, short_sale),
                                  open(view));
          },
          arg("actions"), arg("client_order_id"), arg("size"), arg("price_e9"), pyb::kw_only(),
          arg("post_only") = false, arg("short_sale") = false)
      .def(
          "cancel",
          [](WorkingOrders& orders, const ActionsView& view, std::uint32_t client_order_id) {
            return orders.cancel(order_of(orders, client_order_id), open(view));
          },
          arg("actions"), arg("client_order_id"))
      .def(
          "on_report",
          [](WorkingOrders& orders, const record::OrderReport& report) {
            const strategy::Change change = orders.on_report(report);
            return pyb::make_tuple(change.instrument, change.bought);
          },
          arg("report"));
}

}  // namespace

void bind_strategy(pyb::module_& m) {
  bind_actions(m);
  bind_touch(m);
  bind_report(m);
  bind_working_orders(m);
}

}  // namespace hft::py

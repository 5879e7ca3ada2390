// hft.record: the records' dtypes, enumerations and constants, from the C++ definitions.
#include <pybind11/native_enum.h>

#include <cstdint>
#include <cstring>

#include "hft/engine/record_digest.hpp"
#include "hft/py/bindings.hpp"
#include "hft/py/dtype.hpp"
#include "hft/record/control_event.hpp"
#include "hft/record/instrument_event.hpp"
#include "hft/record/order_command.hpp"
#include "hft/record/order_event.hpp"
#include "hft/record/order_report.hpp"
#include "hft/record/status_event.hpp"
#include "hft/record/touch.hpp"
#include "hft/record/trade_event.hpp"

namespace hft::py {

namespace {

namespace record = hft::record;

struct RecordDtypes {  // made once: a dtype of a dozen fields takes microseconds to build
  pyb::dtype any = dtype_of<record::Record>();
  pyb::dtype order = dtype_of<record::OrderEvent>();
  pyb::dtype trade = dtype_of<record::TradeEvent>();
  pyb::dtype status = dtype_of<record::StatusEvent>();
  pyb::dtype instrument = dtype_of<record::InstrumentEvent>();
  pyb::dtype touch = dtype_of<record::Touch>();
  pyb::dtype order_command = dtype_of<record::OrderCommand>();
  pyb::dtype order_report = dtype_of<record::OrderReport>();
  pyb::dtype control = dtype_of<record::ControlEvent>();
};

const RecordDtypes& record_dtypes() {
  static const RecordDtypes* const dtypes = new RecordDtypes;  // lives as long as the interpreter
  return *dtypes;
}

bool is_record_dtype(const pyb::dtype& dtype) {
  const RecordDtypes& known = record_dtypes();
  for (const pyb::dtype* one :
       {&known.order, &known.any, &known.trade, &known.status, &known.instrument, &known.touch,
        &known.order_command, &known.order_report, &known.control}) {
    if (dtype.is(*one) || dtype.equal(*one)) return true;
  }
  return false;
}

void bind_enums(pyb::module_& m) {
  using record::Action;
  using record::Kind;
  using record::Side;
  using record::StatusAction;
  using record::TradeAction;
  using record::Venue;
  pyb::native_enum<Kind>(m, "Kind", "enum.IntEnum", "What a record is.")
      .value("none", Kind::none)
      .value("order", Kind::order)
      .value("trade", Kind::trade)
      .value("status", Kind::status)
      .value("instrument", Kind::instrument)
      .value("touch", Kind::touch)
      .value("order_command", Kind::order_command)
      .value("order_report", Kind::order_report)
      .value("control", Kind::control)
      .finalize();
  pyb::native_enum<Action>(m, "Action", "enum.IntEnum", "What happened to an order.")
      .value("none", Action::none)
      .value("add", Action::add)
      .value("cancel", Action::cancel)
      .value("execute", Action::execute)
      .value("remove", Action::remove)
      .value("replace", Action::replace)
      .value("clear", Action::clear)
      .finalize();
  pyb::native_enum<TradeAction>(m, "TradeAction", "enum.IntEnum", "What a trade record says.")
      .value("none", TradeAction::none)
      .value("trade", TradeAction::trade)
      .value("cross", TradeAction::cross)
      .value("broken", TradeAction::broken)
      .finalize();
  pyb::native_enum<StatusAction>(m, "StatusAction", "enum.IntEnum", "What a status is about.")
      .value("none", StatusAction::none)
      .value("system", StatusAction::system)
      .value("trading", StatusAction::trading)
      .value("operational_halt", StatusAction::operational_halt)
      .value("short_sale", StatusAction::short_sale)
      .value("session_start", StatusAction::session_start)
      .value("late_start", StatusAction::late_start)
      .value("gap", StatusAction::gap)
      .value("session_end", StatusAction::session_end)
      .finalize();
  pyb::native_enum<Side>(m, "Side", "enum.IntEnum", "The side of an order or a trade.")
      .value("none", Side::none)
      .value("bid", Side::bid)
      .value("ask", Side::ask)
      .finalize();
  pyb::native_enum<Venue>(m, "Venue", "enum.IntEnum", "Venues by MIC.")
      .value("none", Venue::none)
      .value("xnas", Venue::xnas)
      .value("xbos", Venue::xbos)
      .value("xpsx", Venue::xpsx)
      .value("xnys", Venue::xnys)
      .value("arcx", Venue::arcx)
      .value("xcme", Venue::xcme)
      .value("bats", Venue::bats)
      .value("iexg", Venue::iexg)
      .value("memx", Venue::memx)
      .value("opra", Venue::opra)
      .finalize();
}

void bind_order_enums(pyb::module_& m) {
  using record::CommandAction;
  using record::ControlAction;
  using record::ReportAction;
  using record::Scope;
  using record::TimeInForce;
  pyb::native_enum<CommandAction>(m, "CommandAction", "enum.IntEnum", "What we ask a venue to do.")
      .value("none", CommandAction::none)
      .value("enter", CommandAction::enter)
      .value("replace", CommandAction::replace)
      .value("cancel", CommandAction::cancel)
      .finalize();
  pyb::native_enum<TimeInForce>(m, "TimeInForce", "enum.IntEnum", "How long an order lives.")
      .value("day", TimeInForce::day)
      .value("immediate", TimeInForce::immediate)
      .value("extended", TimeInForce::extended)
      .finalize();
  pyb::native_enum<ReportAction>(m, "ReportAction", "enum.IntEnum", "What a venue answers.")
      .value("none", ReportAction::none)
      .value("accepted", ReportAction::accepted)
      .value("replaced", ReportAction::replaced)
      .value("cancelled", ReportAction::cancelled)
      .value("executed", ReportAction::executed)
      .value("rejected", ReportAction::rejected)
      .value("cancel_rejected", ReportAction::cancel_rejected)
      .value("cancel_pending", ReportAction::cancel_pending)
      .value("modified", ReportAction::modified)
      .value("restated", ReportAction::restated)
      .value("priority_updated", ReportAction::priority_updated)
      .value("corrected", ReportAction::corrected)
      .value("broken", ReportAction::broken)
      .value("session_up", ReportAction::session_up)
      .value("session_down", ReportAction::session_down)
      .value("system", ReportAction::system)
      .finalize();
  pyb::native_enum<ControlAction>(m, "ControlAction", "enum.IntEnum",
                                  "What people and timers tell the engine.")
      .value("none", ControlAction::none)
      .value("limit", ControlAction::limit)
      .value("kill", ControlAction::kill)
      .value("resume", ControlAction::resume)
      .value("time", ControlAction::time)
      .value("clock", ControlAction::clock)
      .value("position", ControlAction::position)
      .value("halt", ControlAction::halt)
      .finalize();
  pyb::native_enum<Scope>(m, "Scope", "enum.IntEnum", "Whom a limit or a kill is about.")
      .value("none", Scope::none)
      .value("firm", Scope::firm)
      .value("account", Scope::account)
      .value("strategy", Scope::strategy)
      .value("instrument", Scope::instrument)
      .finalize();
}

std::uint64_t record_hash(const pyb::array& array) {
  engine::RecordDigest digest;
  digest.add(RecordsIn(array).all());
  return digest.value();
}

}  // namespace

pyb::dtype dtype_of_kind(record::Kind kind) {
  const RecordDtypes& dtypes = record_dtypes();
  switch (kind) {
    case record::Kind::none: return dtypes.any;
    case record::Kind::order: return dtypes.order;
    case record::Kind::trade: return dtypes.trade;
    case record::Kind::status: return dtypes.status;
    case record::Kind::instrument: return dtypes.instrument;
    case record::Kind::touch: return dtypes.touch;
    case record::Kind::order_command: return dtypes.order_command;
    case record::Kind::order_report: return dtypes.order_report;
    case record::Kind::control: return dtypes.control;
  }
  return dtypes.any;
}

RecordsIn::RecordsIn(const pyb::array& array) {
  if (!is_record_dtype(array.dtype())) {
    throw pyb::type_error("records: the array's dtype is " +
                          pyb::cast<std::string>(pyb::str(array.dtype())) +
                          "; it must be hft.order_event, or another of the record dtypes "
                          "(hft.record_event, trade_event, status_event, instrument_event, touch, "
                          "order_command, order_report, control_event)");
  }
  if (array.ndim() != 1 || (array.size() > 1 && array.strides(0) != sizeof(record::Record))) {
    throw pyb::value_error(
        "records: the array must have one axis and be contiguous; use numpy.ascontiguousarray");
  }
  const auto count = static_cast<std::size_t>(array.size());
  if (reinterpret_cast<std::uintptr_t>(array.data()) % alignof(record::Record) == 0) {
    all_ = {static_cast<const record::Record*>(array.data()), count};
    return;
  }
  copy_.resize(count);
  std::memcpy(copy_.data(), array.data(), count * sizeof(record::Record));
  all_ = copy_;
}

void bind_record(pyb::module_& m) {
  bind_enums(m);
  bind_order_enums(m);
  m.attr("PRICE_NULL") = record::price_null;
  m.attr("INSTRUMENT_ALL") = record::instrument_all;
  m.attr("FLAG_LAST") = static_cast<int>(record::flag_last);
  m.attr("FLAG_BOOK_SUSPECT") = static_cast<int>(record::flag_book_suspect);
  m.attr("FLAG_NON_PRINTABLE") = static_cast<int>(record::flag_non_printable);
  m.attr("FLAG_SNAPSHOT") = static_cast<int>(record::flag_snapshot);
  m.def("record_dtypes", [] {
    const RecordDtypes& dtypes = record_dtypes();
    pyb::dict out;
    out["record_event"] = dtypes.any;
    out["order_event"] = dtypes.order;
    out["trade_event"] = dtypes.trade;
    out["status_event"] = dtypes.status;
    out["instrument_event"] = dtypes.instrument;
    out["touch"] = dtypes.touch;
    out["order_command"] = dtypes.order_command;
    out["order_report"] = dtypes.order_report;
    out["control_event"] = dtypes.control;
    return out;
  });
  m.def("record_hash", &record_hash, pyb::arg("records"));
}

}  // namespace hft::py

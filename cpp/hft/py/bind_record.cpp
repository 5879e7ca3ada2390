// hft.record: the records' dtypes, enumerations and constants, from the C++ definitions.
#include <pybind11/native_enum.h>

#include <cstdint>
#include <cstring>

#include "hft/engine/record_digest.hpp"
#include "hft/py/bindings.hpp"
#include "hft/py/dtype.hpp"
#include "hft/record/instrument_event.hpp"
#include "hft/record/order_event.hpp"
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
};

const RecordDtypes& record_dtypes() {
  static const RecordDtypes* const dtypes = new RecordDtypes;  // lives as long as the interpreter
  return *dtypes;
}

bool is_record_dtype(const pyb::dtype& dtype) {
  const RecordDtypes& known = record_dtypes();
  for (const pyb::dtype* one :
       {&known.order, &known.any, &known.trade, &known.status, &known.instrument, &known.touch}) {
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
  }
  return dtypes.any;
}

RecordsIn::RecordsIn(const pyb::array& array) {
  if (!is_record_dtype(array.dtype())) {
    throw pyb::type_error("records: the array's dtype is " +
                          pyb::cast<std::string>(pyb::str(array.dtype())) +
                          "; it must be hft.order_event, or another of the record dtypes "
                          "(hft.record_event, trade_event, status_event, instrument_event, touch)");
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
    return out;
  });
  m.def("record_hash", &record_hash, pyb::arg("records"));
}

}  // namespace hft::py

// What a block of records goes through: books, counts, selection, outlets.
#include "hft/engine/feed_run.hpp"

#include <algorithm>

namespace hft::engine {

namespace {

/// The feed's own events, session start and so on, are no messages: in a raw file they have no
/// time.
bool is_message(const record::Record& record) noexcept {
  return record.kind != record::Kind::status ||
         record::as<record::StatusEvent>(record).action < record::StatusAction::session_start;
}

bool is_partial(const Selection& selection) {
  return !selection.symbols.empty() || selection.kinds != Selection::all_kinds ||
         selection.start_ns != 0;
}

feed::itch50::HandlerOptions handler_options(std::uint16_t index, record::Venue venue,
                                             std::uint8_t channel, std::optional<CivilDate> date) {
  feed::itch50::HandlerOptions options;
  options.feed_index = index;
  options.venue = venue;
  options.channel = channel;
  options.session_date = date;
  options.flush_each_packet = false;  // the replay flushes: blocks of packets feed the books faster
  return options;
}

}  // namespace

FeedRun::FeedRun(std::uint16_t index, record::Venue venue, std::uint8_t channel,
                 std::optional<CivilDate> date, const ReplayOptions& options, Outlets& outlets,
                 StageLatency& latency, TimeSeries* series)
    : selection_(options.selection),
      outlets_(outlets),
      latency_(latency),
      series_(series),
      books_(make_book_stage(options.book, options.book_config)),
      activity_(InstrumentTable::capacity),
      selected_(options.selection.symbols.empty() ? 0 : InstrumentTable::capacity),
      selects_(is_partial(options.selection)),
      date_(date),
      handler_(handler_options(index, venue, channel, date), Sink{this}) {
  passed_on_.reserve(decltype(handler_)::block_records);
}

feed::Arrival FeedRun::on_packet(const feed::FeedPacket& packet) {
  // Without the directory (a start in mid-session) only add orders say which symbol it is.
  const bool undirected = counters().late_starts != 0 || instruments_.named() == 0;
  const feed::Arrival arrival = handler_.on_packet(packet);
  if (undirected && arrival == feed::Arrival::delivered) {
    const auto blocks = packet.payload.subspan(sizeof(wire::moldudp64::DownstreamHeader));
    learn(blocks);
  }
  return arrival;
}

std::size_t FeedRun::on_file_bytes(std::span<const std::byte> bytes, std::uint64_t offset,
                                   bool last) {
  if (instruments_.named() == 0) learn(bytes);
  return handler_.on_file_bytes(bytes, offset, last);
}

void FeedRun::learn(std::span<const std::byte> blocks) {
  if (instruments_.learn_from_blocks(blocks)) select_instruments();
}

/// The locate codes of the symbols asked for, as far as the feed has named them.
void FeedRun::select_instruments() {
  if (selected_.empty()) return;
  std::fill(selected_.begin(), selected_.end(), false);
  for (const std::string& symbol : selection_.symbols) {
    if (const auto locate = instruments_.find(symbol)) selected_[*locate] = true;
  }
}

void FeedRun::begin(const record::Record& first) {
  begun_ = true;
  if (!date_) date_ = session_date_at(first.receive_time_ns);
  midnight_ns_ = date_ ? midnight_new_york_ns(*date_) : 0;
  const std::uint64_t base_ns = selection_.times_since_midnight ? midnight_ns_ : 0;
  if (selection_.start_ns != 0) start_ns_ = base_ns + selection_.start_ns;
  if (selection_.stop_ns != Selection::no_stop) stop_ns_ = base_ns + selection_.stop_ns;
}

void FeedRun::on_records(std::span<const record::Record> records) {
  if (!begun_) begin(records.front());
  records = before_stop(records);
  if (records.empty()) return latency_.end();
  std::span<const record::Touch> touches;
  if (books_ != nullptr) touches = books_->apply(records);
  latency_.applied(!touches.empty());
  count(records);
  if (series_ != nullptr) count_over_time(records);
  count_touches(touches);
  pass_on(records, outlets_.records);
  pass_on(as_records(touches), outlets_.touches);
}

/// Cuts off what lies at or behind the stop, from the first such message on.
std::span<const record::Record> FeedRun::before_stop(std::span<const record::Record> records) {
  if (stopped_) return {};
  if (records.back().event_time_ns < stop_ns_) return records;
  const auto first = std::find_if(records.begin(), records.end(), [&](const auto& record) {
    return record.event_time_ns >= stop_ns_;
  });
  stopped_ = true;
  return records.first(static_cast<std::size_t>(first - records.begin()));
}

void FeedRun::count(std::span<const record::Record> records) noexcept {
  if (first_event_ns_ == 0) first_event_ns_ = records.front().event_time_ns;
  if (first_sequence_number_ == 0) find_first_message(records);
  last_event_ns_ = records.back().event_time_ns;
  std::uint64_t messages = 0;
  for (const record::Record& record : records) {
    const std::uint64_t last = record::as<record::OrderEvent>(record).flags & record::flag_last;
    activity_[record.instrument % InstrumentTable::capacity].messages += last;
    messages += last;
    if (record.event_time_ns - midnight_ns_ >= ns_per_day) [[unlikely]]
      count_time_out_of_day(record);
    if (record.kind != record::Kind::order && instruments_.learn_from(record)) select_instruments();
  }
  messages_recorded_ += messages;
}

/// No venue's day is longer: the message is damaged, or the session has another date.
void FeedRun::count_time_out_of_day(const record::Record& record) noexcept {
  if (!date_ || !is_message(record)) return;
  if (times_out_of_day_++ == 0) first_time_out_of_day_ = record::sequence_number_of(record);
}

void FeedRun::find_first_message(std::span<const record::Record> records) noexcept {
  const auto first = std::find_if(records.begin(), records.end(), is_message);
  if (first != records.end()) first_sequence_number_ = record::sequence_number_of(*first);
}

/// One by one, so that the bins do not depend on how the records were cut into blocks.
void FeedRun::count_over_time(std::span<const record::Record> records) noexcept {
  for (const record::Record& record : records) {
    const std::uint64_t last = record::as<record::OrderEvent>(record).flags & record::flag_last;
    series_->add(record.event_time_ns, {0, last, 0});
  }
}

void FeedRun::count_touches(std::span<const record::Touch> touches) noexcept {
  touch_count_ += touches.size();
  for (const record::Touch& touch : touches) {
    ++activity_[touch.instrument % InstrumentTable::capacity].touches;
  }
}

void FeedRun::pass_on(std::span<const record::Record> records, Outlet& outlet) {
  if (!selects_) return outlet.take(records);
  passed_on_.clear();
  for (const record::Record& record : records) {
    if (is_selected(record)) passed_on_.push_back(record);
  }
  outlet.take(passed_on_);
}

bool FeedRun::is_selected(const record::Record& record) const noexcept {
  if (record.event_time_ns < start_ns_) return false;
  const bool of_feed = record.instrument == record::instrument_all;
  if (!selected_.empty() && !of_feed && !selected_[record.instrument % InstrumentTable::capacity]) {
    return false;
  }
  // Touches go their own way and are not asked for by kind.
  return record.kind == record::Kind::touch ||
         (selection_.kinds >> static_cast<unsigned>(record.kind) & 1) != 0;
}

std::vector<std::string> FeedRun::symbols_missing() const {
  std::vector<std::string> missing;
  for (const std::string& symbol : selection_.symbols) {
    if (!instruments_.find(symbol)) missing.push_back(symbol);
  }
  return missing;
}

}  // namespace hft::engine

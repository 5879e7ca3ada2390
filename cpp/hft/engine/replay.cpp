// Opening the files, and what captures and raw files have in common.
#include "hft/engine/replay.hpp"

#include <algorithm>
#include <utility>

#include "hft/base/error.hpp"

namespace hft::engine {

namespace {

const Clock& process_clock() {  // calibrating takes 20 ms: once is enough
  static const Clock clock = Clock::calibrate();
  return clock;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

}  // namespace

std::string_view name(EndedBy ended_by) noexcept {
  switch (ended_by) {
    case EndedBy::running: return "running";
    case EndedBy::end: return "end";
    case EndedBy::stopped: return "stopped";
    case EndedBy::to_time: return "to_time";
    case EndedBy::damaged: return "damaged";
  }
  return "";
}

Replay::Replay(ReplayOptions options)
    : options_(std::move(options)),
      table_(options_.feeds, options_.feeds.empty()),
      latency_(process_clock()),
      until_sample_(options_.latency ? StageLatency::sample_every / 2 : no_limit) {
  open_files();
}

void Replay::open_files() {
  if (options_.paths.empty()) throw Error("replay", "no file", "name a capture or a raw ITCH file");
  std::vector<std::unique_ptr<net::ByteSource>> captures;
  std::vector<std::unique_ptr<net::ByteSource>> raw;
  for (const std::string& path : options_.paths) {
    auto source = net::open_bytes(path);
    bytes_ += source->file_size();
    switch (net::detect_format(*source)) {
      case net::FileFormat::pcap:
      case net::FileFormat::pcapng: captures.push_back(std::move(source)); break;
      case net::FileFormat::raw_itch:
      case net::FileFormat::raw_itch_unprefixed: raw.push_back(std::move(source)); break;
      case net::FileFormat::unknown: throw net::not_a_capture(*source);
    }
  }
  if (!captures.empty() && !raw.empty()) {
    throw Error(raw.front()->path(), "a raw ITCH file among captures", "replay them apart");
  }
  if (!captures.empty()) captures_.emplace(std::move(captures));
  if (!raw.empty()) open_raw(std::move(raw));
}

void Replay::open_raw(std::vector<std::unique_ptr<net::ByteSource>> sources) {
  const auto venue = options_.venue == record::Venue::none ? record::Venue::xnas : options_.venue;
  for (const auto& source : sources) {
    auto date = options_.date;
    if (!date) date = session_date_in_name(source->path());
    if (!date) {
      throw Error(source->path(), "its session date is not in its name and a raw file holds none",
                  "give it with --date YYYY-MM-DD");
    }
    runs_.push_back(std::make_unique<FeedRun>(static_cast<std::uint16_t>(runs_.size()), venue,
                                              std::uint8_t{0}, date, options_, outlets_, latency_,
                                              &series_));
    runs_.back()->set_file(runs_.size() - 1);
  }
  raw_.emplace(std::move(sources));
}

bool Replay::advance(std::size_t messages) {
  if (ended_by_ != EndedBy::running) return false;
  if (stop_.load(std::memory_order_relaxed)) return finish(EndedBy::stopped);
  return raw_ ? advance_raw(messages) : advance_capture(messages);
}

bool Replay::wait_until(std::uint64_t time_ns) {
  constexpr std::int64_t patience_ns = 50'000'000;
  const Clock& clock = latency_.clock();
  if (!pacer_) pacer_.emplace(clock, time_ns, options_.pace);
  const std::uint64_t give_back =
      clock.ticks() + static_cast<std::uint64_t>(clock.ns_to_ticks(patience_ns));
  const std::int64_t late_ns = pacer_->wait_until(
      time_ns, [&] { return stop_.load(std::memory_order_relaxed) || clock.ticks() >= give_back; });
  if (late_ns < 0) return false;
  lateness_.record(static_cast<std::uint64_t>(late_ns));
  return true;
}

bool Replay::all_stopped() const noexcept {
  const auto running = [](const auto& run) { return run != nullptr && !run->stopped(); };
  return !runs_.empty() && std::none_of(runs_.begin(), runs_.end(), running) &&
         options_.selection.stop_ns != Selection::no_stop;
}

bool Replay::finish(EndedBy ended_by) {
  ended_by_ = ended_by;
  for (const auto& run : runs_) {
    if (run != nullptr) run->finish();
  }
  if (captures_) settle({});
  if (ended_by == EndedBy::end) check_found();
  return false;
}

/// An empty answer to a question that named something is an error, not a result.
void Replay::check_found() const {
  const std::string& path = options_.paths.front();
  const auto found = [](const auto& run) { return run != nullptr; };
  if (std::none_of(runs_.begin(), runs_.end(), found)) {
    const std::string others =
        table_.feeds().empty() ? "" : "; it has other feeds: see `hft capture info`";
    throw Error(path,
                "none of its " + std::to_string(packets_.total) +
                    " packets is of the feed asked for (ITCH 5.0 in MoldUDP64)" + others,
                "check --feed, or that the capture is of the venue's multicast groups");
  }
  std::vector<std::string> missing = options_.selection.symbols;
  for (const auto& run : runs_) {
    if (run == nullptr) continue;
    std::erase_if(missing, [&](const auto& symbol) { return run->instruments().find(symbol); });
  }
  if (missing.empty()) return;
  throw Error(path, "no instrument has the symbol " + joined(missing),
              "check its spelling: `hft capture info` lists the symbols");
}

Progress Replay::progress() const noexcept {
  Progress progress{captures_ ? captures_->position() : raw_->position(), bytes_, 0};
  for (const auto& run : runs_) {
    if (run != nullptr) progress.messages += run->messages_recorded();
  }
  return progress;
}

std::vector<FileReport> Replay::files() const {
  return captures_ ? captures_->reports() : raw_->reports();
}

}  // namespace hft::engine

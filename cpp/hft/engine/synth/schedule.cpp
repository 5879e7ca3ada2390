// The day's fixed points, as Nasdaq sends them; the hours before the open are told in two minutes
// and those after the close in half a minute, because nothing but heartbeats would fill them.
#include "hft/engine/synth/schedule.hpp"

#include <algorithm>

namespace hft::engine::synth {

namespace {

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t minute = 60 * second;

class ScheduleMaker {
 public:
  ScheduleMaker(const Options& options, Random& random) : options_(options), random_(random) {}

  std::vector<Scheduled> make() {
    open_day();
    for (std::uint32_t halt = 0; halt < options_.halts; ++halt) add_halt();
    if (options_.crosses) {
      add_all('Q', 'O', options_.open_ns, 10'000);
      add_all('Q', 'C', options_.close_ns + 200'000, 10'000);
    }
    close_day();
    std::stable_sort(schedule_.begin(), schedule_.end(),
                     [](const auto& a, const auto& b) { return a.time_ns < b.time_ns; });
    return std::move(schedule_);
  }

 private:
  void add(std::uint64_t time_ns, std::uint16_t instrument, char message_type, char detail) {
    schedule_.push_back({time_ns, instrument, message_type, detail});
  }

  void add_all(char message_type, char detail, std::uint64_t time_ns, std::uint64_t step_ns) {
    for (std::uint32_t instrument = 1; instrument <= options_.instruments; ++instrument) {
      add(time_ns, static_cast<std::uint16_t>(instrument), message_type, detail);
      time_ns += step_ns;
    }
  }

  void open_day() {
    const std::uint64_t start = options_.open_ns - 2 * minute;
    add(start, 0, 'S', 'O');
    add_all('R', 'N', start + second, 2'000);
    add_all('H', 'T', start + 2 * second, 2'000);
    add_all('Y', '0', start + 3 * second, 2'000);
    add_all('L', 'A', start + 4 * second, 2'000);
    add(start + 5 * second, 0, 'V', ' ');
    const auto new_issue = static_cast<std::uint16_t>(options_.instruments);
    add(start + 6 * second, new_issue, 'K', 'A');
    add(start + 7 * second, new_issue, 'O', 'Y');
    add(start + minute, 0, 'S', 'S');
    add(options_.open_ns, 0, 'S', 'Q');
  }

  void close_day() {
    add(options_.close_ns, 0, 'S', 'M');
    add(options_.close_ns + 30 * second, 0, 'S', 'E');
    add(options_.close_ns + 31 * second, 0, 'S', 'C');
  }

  // One in four is a halt for news, one in eight of this market alone, the rest are pauses after a
  // large move, with an auction collar. Regular trading resumes with a cross.
  void add_halt() {
    const std::uint64_t open_for = options_.close_ns - options_.open_ns;
    const auto instrument = static_cast<std::uint16_t>(1 + random_.below(options_.instruments));
    const std::uint64_t begin = options_.open_ns + open_for / 1024 * (16 + random_.below(896));
    const std::uint64_t step = open_for / 1024 * (1 + random_.below(16));
    const std::uint32_t kind = random_.below(8);
    if (kind == 0) {
      add(begin, instrument, 'h', 'H');
      add(begin + step, instrument, 'h', 'T');
      return;
    }
    add(begin, instrument, 'H', kind <= 2 ? 'H' : 'P');
    if (kind > 2) add(begin + 1'000, instrument, 'J', ' ');
    add(begin + step, instrument, 'H', 'Q');
    add(begin + 2 * step, instrument, 'Q', 'H');
    add(begin + 2 * step + 1'000, instrument, 'H', 'T');
  }

  const Options& options_;
  Random& random_;
  std::vector<Scheduled> schedule_;
};

}  // namespace

std::vector<Scheduled> make_schedule(const Options& options, Random& random) {
  return ScheduleMaker(options, random).make();
}

}  // namespace hft::engine::synth

// The rare questions of line arbitration.
#include "hft/feed/line_arbiter.hpp"

#include <algorithm>

namespace hft::feed {

bool LineArbiter::was_given_up(std::uint64_t first, std::uint64_t end) const noexcept {
  const std::size_t kept = std::min(given_up_count_, given_up_.size());
  return std::any_of(given_up_.begin(), given_up_.begin() + static_cast<std::ptrdiff_t>(kept),
                     [&](const MissingMessages& missing) {
                       return first < missing.first + missing.count && missing.first < end;
                     });
}

void LineArbiter::note_given_up(MissingMessages missing) noexcept {
  given_up_[given_up_count_ % given_up_.size()] = missing;
  ++given_up_count_;
}

/// Whether the session that had ended goes on after all: many packets of it, none of the one that
/// seemed to follow. One damaged session name must not silence a feed.
bool LineArbiter::is_back(bool plain) noexcept {
  if (next_ != next_at_straggler_) stragglers_ = 0;
  next_at_straggler_ = next_;
  if (!plain || ++stragglers_ < straggler_limit) return false;
  stragglers_ = 0;
  return true;
}

}  // namespace hft::feed

// Dates of US market sessions: a civil date, and its midnight in New York as ns since the epoch.
//
// ITCH says ns since midnight, New York, and leaves out the day. The rule of daylight saving time
// is the law's (15 U.S.C. 260a), so that a result does not hang on the machine's time zone files.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hft {

inline constexpr std::uint64_t ns_per_second = 1'000'000'000;
inline constexpr std::uint64_t ns_per_day = 86'400 * ns_per_second;

struct CivilDate {
  std::int32_t year;
  std::uint8_t month;  // 1 to 12
  std::uint8_t day;    // 1 to 31
  friend auto operator<=>(const CivilDate&, const CivilDate&) = default;
};

/// The years whose daylight saving rule is known here: since 1987; ns since the epoch end in 2554.
inline constexpr std::int32_t first_session_year = 1987;
inline constexpr std::int32_t last_session_year = 2500;

/// Days since 1970-01-01 in the Gregorian calendar.
std::int64_t days_of(CivilDate date) noexcept;
CivilDate date_of_days(std::int64_t days) noexcept;

/// A day that the calendar has, in a year whose rule is known.
bool is_session_date(CivilDate date) noexcept;

/// 00:00 in New York as ns since the Unix epoch.
/// Throws Error when `date` is not a session date.
std::uint64_t midnight_new_york_ns(CivilDate date);

/// The date in New York at an instant; none before 1987 or beyond the last session year.
std::optional<CivilDate> session_date_at(std::uint64_t time_ns) noexcept;

/// The date in a file's name, its folders ignored: eight digits as YYYYMMDD or MMDDYYYY, or six as
/// MMDDYY, with no digit before or behind; a dash or underscore may part year, month and day.
std::optional<CivilDate> session_date_in_name(std::string_view path);

/// "2014-10-03" or "20141003". Throws Error for anything else; `where` is the option's name.
CivilDate parse_date(std::string_view text, const std::string& where);

/// "2014-10-03".
std::string to_string(CivilDate date);

}  // namespace hft

// Civil dates by counting days in 400-year eras that start on the first of March, so that the leap
// day is the last of its year and every month's start is one linear formula.
#include "hft/base/session_date.hpp"

#include <array>
#include <cstdio>

#include "hft/base/error.hpp"

namespace hft {
namespace {

constexpr std::int64_t days_per_era = 146'097;                        // 400 years
constexpr std::int64_t epoch_from_year_0 = 719'468;                   // 0000-03-01 to 1970-01-01
constexpr std::uint64_t standard_offset_s = std::uint64_t{5} * 3600;  // New York is behind UTC
constexpr std::uint64_t daylight_offset_s = std::uint64_t{4} * 3600;

std::uint8_t days_in_month(std::int32_t year, std::uint8_t month) {
  constexpr std::array<std::uint8_t, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[month - 1U];
}

/// The first Sunday on or after a date. 1970-01-01 was a Thursday.
std::int64_t sunday_from(CivilDate date) {
  const std::int64_t days = days_of(date);
  return days + (7 - (days + 4) % 7) % 7;
}

/// Whether daylight saving is on at the midnight that a day starts with. It changes at 02:00, so on
/// both Sundays midnight is still as the day before.
bool daylight_at_midnight(CivilDate date) {
  const std::int32_t year = date.year;
  const bool since_2007 = year >= 2007;
  const std::int64_t start = since_2007 ? sunday_from({year, 3, 8}) : sunday_from({year, 4, 1});
  const std::int64_t end = since_2007 ? sunday_from({year, 11, 1}) : sunday_from({year, 10, 25});
  const std::int64_t days = days_of(date);
  return start < days && days <= end;
}

std::uint64_t midnight_ns(CivilDate date) {
  const std::uint64_t offset_s = daylight_at_midnight(date) ? daylight_offset_s : standard_offset_s;
  return static_cast<std::uint64_t>(days_of(date)) * ns_per_day + offset_s * ns_per_second;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The number in `digits`, all of which are digits.
std::int32_t number_in(std::string_view digits) {
  std::int32_t number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

std::optional<CivilDate> valid(std::int32_t year, std::int32_t month, std::int32_t day) {
  const CivilDate date{year, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
  return is_session_date(date) ? std::optional(date) : std::nullopt;
}

std::optional<CivilDate> year_first(std::string_view digits) {
  return valid(number_in(digits.substr(0, 4)), number_in(digits.substr(4, 2)),
               number_in(digits.substr(6, 2)));
}

/// Eight digits are never a date both ways: years start with 19 or more, months end with 12.
std::optional<CivilDate> from_eight(std::string_view digits) {
  if (const auto date = year_first(digits)) return date;
  return valid(number_in(digits.substr(4, 4)), number_in(digits.substr(0, 2)),
               number_in(digits.substr(2, 2)));
}

/// "2014-10-03" or "2014_10_03" at the front of `text`.
std::optional<CivilDate> from_parted(std::string_view text) {
  if (text.size() < 10 || text[4] != text[7] || (text[4] != '-' && text[4] != '_')) return {};
  if (text.size() > 10 && is_digit(text[10])) return {};
  const std::string digits =
      std::string(text.substr(0, 4)).append(text.substr(5, 2)).append(text.substr(8, 2));
  for (const char c : digits) {
    if (!is_digit(c)) return {};
  }
  return year_first(digits);
}

/// What the run of digits at `start` says. Six digits are believed behind an S alone, as Nasdaq
/// names its files ("S010314-v50.txt"): 093000 would be a date as well as a time of day.
std::optional<CivilDate> from_run(std::string_view name, std::size_t start, std::size_t length) {
  const std::string_view run = name.substr(start, length);
  if (length == 8) return from_eight(run);
  if (length == 4) return from_parted(name.substr(start));
  if (length != 6 || start == 0 || name[start - 1] != 'S') return {};
  return valid(2000 + number_in(run.substr(4, 2)), number_in(run.substr(0, 2)),
               number_in(run.substr(2, 2)));
}

}  // namespace

std::int64_t days_of(CivilDate date) noexcept {
  const std::int64_t year = std::int64_t{date.year} - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month = (date.month + 9) % 12;  // March is 0
  const std::int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
  return era * days_per_era + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
         day_of_year - epoch_from_year_0;
}

CivilDate date_of_days(std::int64_t days) noexcept {
  const std::int64_t since = days + epoch_from_year_0;
  const std::int64_t era = (since >= 0 ? since : since - (days_per_era - 1)) / days_per_era;
  const std::int64_t day_of_era = since - era * days_per_era;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return {static_cast<std::int32_t>(year), static_cast<std::uint8_t>(month),
          static_cast<std::uint8_t>(day_of_year - (153 * month_from_march + 2) / 5 + 1)};
}

bool is_session_date(CivilDate date) noexcept {
  return date.year >= first_session_year && date.year <= last_session_year && date.month >= 1 &&
         date.month <= 12 && date.day >= 1 && date.day <= days_in_month(date.year, date.month);
}

std::uint64_t midnight_new_york_ns(CivilDate date) {
  if (!is_session_date(date)) {
    throw Error("session date " + to_string(date), "is no day of the years 1987 to 2500",
                "give the session's date, for example 2014-10-03");
  }
  return midnight_ns(date);
}

std::optional<CivilDate> session_date_at(std::uint64_t time_ns) noexcept {
  constexpr std::uint64_t offset_ns = daylight_offset_s * ns_per_second;
  if (time_ns < offset_ns) return {};
  // The smaller offset may name tomorrow, never yesterday.
  const auto days = static_cast<std::int64_t>((time_ns - offset_ns) / ns_per_day);
  CivilDate date = date_of_days(days);
  if (time_ns < midnight_ns(date)) date = date_of_days(days - 1);
  return is_session_date(date) ? std::optional(date) : std::nullopt;
}

std::optional<CivilDate> session_date_in_name(std::string_view path) {
  const std::string_view name = path.substr(path.find_last_of('/') + 1);
  for (std::size_t start = 0; start < name.size();) {
    std::size_t end = start;
    while (end < name.size() && is_digit(name[end])) ++end;
    if (const auto date = from_run(name, start, end - start)) return date;
    start = end + 1;
  }
  return {};
}

CivilDate parse_date(std::string_view text, const std::string& where) {
  std::optional<CivilDate> date;
  if (text.size() == 10 && text[4] == '-') date = from_parted(text);
  if (text.size() == 8 && text.find_first_not_of("0123456789") == std::string_view::npos) {
    date = year_first(text);
  }
  if (date) return *date;
  throw Error(where, "\"" + std::string(text) + "\" is no date of the years 1987 to 2500",
              "write it as 2014-10-03");
}

std::string to_string(CivilDate date) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", static_cast<int>(date.year),
                static_cast<int>(date.month), static_cast<int>(date.day));
  return text.data();
}

}  // namespace hft

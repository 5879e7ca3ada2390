// Session dates against a table taken from the rule's own years, and against each other.
#include "hft/base/session_date.hpp"

#include <gtest/gtest.h>

#include "hft/base/error.hpp"

namespace hft {
namespace {

constexpr std::uint64_t hour_ns = 3600 * ns_per_second;

std::uint64_t utc_ns(CivilDate date, std::uint64_t hours) {
  return static_cast<std::uint64_t>(days_of(date)) * ns_per_day + hours * hour_ns;
}

TEST(SessionDate, DaysCountFromTheEpoch) {
  EXPECT_EQ(days_of({1970, 1, 1}), 0);
  EXPECT_EQ(days_of({1969, 12, 31}), -1);
  EXPECT_EQ(days_of({2000, 2, 29}), 11'016);
  EXPECT_EQ(days_of({2000, 3, 1}), 11'017);
  EXPECT_EQ(days_of({2014, 10, 3}), 16'346);
  EXPECT_EQ(days_of({2100, 3, 1}) - days_of({2100, 2, 28}), 1);  // no leap year
  EXPECT_EQ(days_of({1, 1, 1}), -719'162);
}

TEST(SessionDate, EachDayHasItsDate) {
  CivilDate before = date_of_days(-1);
  for (std::int64_t days = 0; days < 200'000; ++days) {
    const CivilDate date = date_of_days(days);
    ASSERT_EQ(days_of(date), days);
    const bool next_day = date.day == before.day + 1 && date.month == before.month;
    ASSERT_TRUE(next_day || date.day == 1) << to_string(date);
    before = date;
  }
}

struct Midnight {
  CivilDate date;
  std::uint64_t utc_hour;  // 5 in winter, 4 while daylight is saved
};

TEST(SessionDate, MidnightFollowsTheRuleOfItsYear) {
  const Midnight table[] = {
      {{1987, 1, 2}, 5},   {{1987, 4, 5}, 5},  {{1987, 4, 6}, 4},  {{1987, 10, 25}, 4},
      {{1987, 10, 26}, 5}, {{2006, 4, 2}, 5},  {{2006, 4, 3}, 4},  {{2006, 10, 29}, 4},
      {{2006, 10, 30}, 5}, {{2007, 3, 11}, 5}, {{2007, 3, 12}, 4}, {{2007, 11, 4}, 4},
      {{2007, 11, 5}, 5},  {{2014, 10, 3}, 4}, {{2019, 1, 30}, 5}, {{2020, 3, 8}, 5},
      {{2020, 3, 9}, 4},   {{2020, 11, 1}, 4}, {{2020, 11, 2}, 5}, {{2021, 3, 14}, 5},
      {{2021, 3, 15}, 4},  {{2021, 11, 7}, 4}, {{2021, 11, 8}, 5}, {{2026, 3, 8}, 5},
      {{2026, 3, 9}, 4},   {{2026, 7, 4}, 4},  {{2026, 11, 1}, 4}, {{2026, 11, 2}, 5},
  };
  for (const Midnight& row : table) {
    EXPECT_EQ(midnight_new_york_ns(row.date), utc_ns(row.date, row.utc_hour))
        << to_string(row.date);
  }
}

TEST(SessionDate, MidnightOfAKnownCaptureInSeconds) {
  EXPECT_EQ(midnight_new_york_ns({2014, 10, 3}), 1'412'308'800 * ns_per_second);
}

TEST(SessionDate, DatesWithoutARuleAreRefused) {
  EXPECT_THROW(midnight_new_york_ns({1986, 12, 31}), Error);
  EXPECT_THROW(midnight_new_york_ns({2501, 1, 1}), Error);
  EXPECT_THROW(midnight_new_york_ns({2014, 2, 29}), Error);
  EXPECT_THROW(midnight_new_york_ns({2014, 13, 1}), Error);
  EXPECT_THROW(midnight_new_york_ns({2014, 0, 1}), Error);
  EXPECT_THROW(midnight_new_york_ns({2014, 1, 0}), Error);
}

TEST(SessionDate, AnInstantHasTheDateOfNewYork) {
  for (CivilDate date = {2013, 12, 30}; date < CivilDate{2016, 1, 3};
       date = date_of_days(days_of(date) + 1)) {
    const std::uint64_t midnight = midnight_new_york_ns(date);
    const CivilDate yesterday = date_of_days(days_of(date) - 1);
    EXPECT_EQ(session_date_at(midnight), date);
    EXPECT_EQ(session_date_at(midnight - 1), yesterday);
    EXPECT_EQ(session_date_at(midnight + 22 * hour_ns), date);  // days have 23 to 25 hours
  }
}

TEST(SessionDate, InstantsWithoutARuleHaveNone) {
  EXPECT_FALSE(session_date_at(0));
  EXPECT_FALSE(session_date_at(midnight_new_york_ns({1987, 1, 1}) - 1));
  EXPECT_TRUE(session_date_at(midnight_new_york_ns({1987, 1, 1})));
  EXPECT_FALSE(session_date_at(~std::uint64_t{0}));
}

TEST(SessionDate, IsReadFromAFileName) {
  const CivilDate october{2014, 10, 3};
  EXPECT_EQ(session_date_in_name("/a/mdnasdaq.20141003.090000.1412341200.pcap"), october);
  EXPECT_EQ(session_date_in_name("S010314-v50.txt"), (CivilDate{2014, 1, 3}));
  EXPECT_EQ(session_date_in_name("01302019.NASDAQ_ITCH50"), (CivilDate{2019, 1, 30}));
  EXPECT_EQ(session_date_in_name("ex20101224.TEST_ITCH_50"), (CivilDate{2010, 12, 24}));
  EXPECT_EQ(session_date_in_name("day-2014-10-03.pcap.zst"), october);
  EXPECT_EQ(session_date_in_name("2014_10_03"), october);
}

TEST(SessionDate, OtherDigitsInANameAreNoDate) {
  EXPECT_FALSE(session_date_in_name("/20141003/day.pcap"));  // a folder's name is not looked at
  EXPECT_FALSE(session_date_in_name("day.093000.pcap"));     // a time of day
  EXPECT_FALSE(session_date_in_name("1412341200.pcap"));
  EXPECT_FALSE(session_date_in_name("20141303.pcap"));
  EXPECT_FALSE(session_date_in_name("2014-10_03.pcap"));
  EXPECT_FALSE(session_date_in_name("2014-10-031.pcap"));
  EXPECT_FALSE(session_date_in_name(""));
}

TEST(SessionDate, IsParsedFromAnOption) {
  EXPECT_EQ(parse_date("2014-10-03", "--date"), (CivilDate{2014, 10, 3}));
  EXPECT_EQ(parse_date("20141003", "--date"), (CivilDate{2014, 10, 3}));
  for (const char* text : {"", "2014-10-3", "10/03/2014", "2014_10_03", "20141332", "1986-01-01"}) {
    EXPECT_THROW(parse_date(text, "--date"), Error) << text;
  }
  try {
    parse_date("tomorrow", "--date");
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "--date: \"tomorrow\" is no date of the years 1987 to 2500; write it as "
                 "2014-10-03");
  }
}

}  // namespace
}  // namespace hft

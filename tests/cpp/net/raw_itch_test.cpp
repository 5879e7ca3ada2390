// Raw ITCH with lengths of 0 is given with true lengths.
#include "hft/net/raw_itch.hpp"

#include <gtest/gtest.h>

#include "net/bytes.hpp"

namespace hft::net::test {
namespace {

std::string message(char type, std::size_t size, std::uint32_t seed = 1) {
  return type + noise(size - 1, seed);
}

std::string block(const std::string& message, bool with_length) {
  return Bytes().u16(with_length ? static_cast<unsigned>(message.size()) : 0).text(message).str();
}

std::string drain(ByteSource& source) {
  std::string out;
  do {
    EXPECT_EQ(source.offset(), out.size());
    out += as_text(source.window());
    source.consume(source.window().size());
  } while (source.refill());
  return out;
}

TEST(RawItch, FillsInLengthsFromPlainAndCompressedFiles) {
  const TemporaryFolder folder;
  std::string zeros;
  std::string expected;
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    const std::string text = i % 3 == 0 ? message('A', 36, i) : message('D', 19, i);
    zeros += block(text, false);
    expected += block(text, true);
  }
  for (const std::string& content : {zeros, gzip(zeros)}) {
    const auto source = fill_in_lengths(open_bytes(folder.write("a", content)));
    EXPECT_TRUE(drain(*source) == expected);
    EXPECT_EQ(source->file_position(), content.size());
    EXPECT_EQ(source->file_size(), content.size());
    EXPECT_EQ(source->path(), folder.path("a"));
  }
}

TEST(RawItch, LeavesACutEndToItsReader) {
  const std::string whole = block(message('A', 36), false);
  const std::string expected = block(message('A', 36), true);
  for (std::size_t size = 3; size <= whole.size(); ++size) {
    const std::string cut = whole + whole.substr(0, size);
    const auto source = fill_in_lengths(view_bytes(as_bytes(cut), "a"));
    EXPECT_EQ(drain(*source), expected + expected.substr(0, size));
  }
  const auto source = fill_in_lengths(view_bytes(as_bytes(std::string_view("\0\0", 2)), "a"));
  EXPECT_EQ(drain(*source), std::string(2, '\0'));
}

TEST(RawItch, StopsAtWhatIsNotABlockAfterEverythingBefore) {
  const std::string day = block(message('A', 36), false) + block(message('D', 19), false);
  struct {
    std::string next;
    std::string_view problem;
  } const cases[] = {{block("z", false), "unknown message type 122"},
                     {block(message('D', 19), true), "a length that is not 0"}};
  for (const auto& [next, problem] : cases) {
    const std::string file = day + next;
    const auto source = fill_in_lengths(view_bytes(as_bytes(file), "a"));
    EXPECT_TRUE(source->refill());
    EXPECT_EQ(source->window().size(), day.size());
    for (int again = 0; again < 2; ++again) {
      expect_parts(error_of([&] { source->refill(); }), {"a: offset 59", problem, "damaged here"});
    }
  }
}

}  // namespace
}  // namespace hft::net::test

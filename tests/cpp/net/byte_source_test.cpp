// Files as a moving window: plain, gzip, zstd, pipes; damage told after what was readable.
#include "hft/net/byte_source.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <thread>

#include "net/bytes.hpp"

namespace hft::net::test {
namespace {

/// Everything `source` gives before its end or its error, which is written to `error`.
std::string drain(ByteSource& source, std::string& error, std::size_t step = 1000) {
  std::string out;
  error = error_of([&] {
    do {
      while (!source.window().empty()) {
        const std::size_t count = std::min(step, source.window().size());
        EXPECT_EQ(source.offset(), out.size());
        out += as_text(source.window().first(count));
        source.consume(count);
      }
    } while (source.refill());
  });
  return out;
}

std::string drain(const std::string& path, std::string& error) {
  return drain(*open_bytes(path), error);
}

std::string drain_whole(const std::string& path) {
  std::string error;
  std::string out = drain(path, error);
  EXPECT_EQ(error, "no error");
  return out;
}

std::string skippable_frame(std::string_view content) {
  Bytes bytes(ByteOrder::little);
  bytes.u32(0x184d2a53).u32(content.size()).text(content);
  return bytes.str();
}

TEST(ByteSource, ReadsPlainGzipAndZstdByContentNotByName) {
  const TemporaryFolder folder;
  const std::string text = noise(5'000'000);
  EXPECT_EQ(drain_whole(folder.write("plain.gz", text)), text);
  EXPECT_EQ(drain_whole(folder.write("gzip.pcap", gzip(text))), text);
  EXPECT_EQ(drain_whole(folder.write("zstd", zstd(text))), text);
}

TEST(ByteSource, ReadsAllMembersFramesAndSkipsSkippableFrames) {
  const TemporaryFolder folder;
  const std::string a = noise(700'000, 1);
  const std::string b = noise(3, 2);
  EXPECT_EQ(drain_whole(folder.write("a", gzip(a) + gzip("") + gzip(b))), a + b);
  EXPECT_EQ(drain_whole(folder.write("padded", gzip(a) + std::string(512, '\0'))), a);
  EXPECT_EQ(drain_whole(folder.write("b", zstd(a) + zstd("") + zstd(b))), a + b);
  EXPECT_EQ(drain_whole(folder.write("c", skippable_frame("note") + zstd(a) +
                                              skippable_frame(noise(300'000)) + zstd(b))),
            a + b);
}

TEST(ByteSource, KeepsTheUnreadTailAcrossRefills) {
  const TemporaryFolder folder;
  const std::string text = noise(9'000'000);
  const auto source = open_bytes(folder.write("a", gzip(text)));
  // A reader of records of 700 kB: each must come whole into the window.
  constexpr std::size_t record = 700'000;
  std::size_t at = 0;
  while (source->ensure(record)) {
    ASSERT_EQ(as_text(source->window().first(record)), text.substr(at, record));
    source->consume(record);
    at += record;
  }
  EXPECT_EQ(as_text(source->window()), text.substr(at));
}

TEST(ByteSource, BoundsItsWindow) {
  const TemporaryFolder folder;
  const auto source = open_bytes(folder.write("a", gzip(std::string(9'000'000, 'x'))));
  EXPECT_TRUE(source->ensure(ByteSource::window_limit));
  expect_parts(error_of([&] { source->ensure(8'000'000); }),
               {folder.path("a"), "offset 0", "longer than"});
}

TEST(ByteSource, SkipsAcrossRefills) {
  const TemporaryFolder folder;
  const std::string text = noise(5'000'000);
  for (const std::string& content : {text, gzip(text)}) {
    const auto source = open_bytes(folder.write("a", content));
    EXPECT_EQ(source->skip(4'000'000), 4'000'000u);
    ASSERT_TRUE(source->ensure(10));
    EXPECT_EQ(as_text(source->window().first(10)), text.substr(4'000'000, 10));
    EXPECT_EQ(source->skip(4'000'000), 1'000'000u);
  }
}

TEST(ByteSource, TellsItsPlaceInTheFileForProgress) {
  const TemporaryFolder folder;
  const std::string text = noise(3'000'000);
  const std::string packed = zstd(text);
  for (const std::string& content : {text, packed}) {
    const auto source = open_bytes(folder.write("a", content));
    EXPECT_EQ(source->file_size(), content.size());
    EXPECT_LT(source->file_position(), content.size() / 2);
    std::string error;
    drain(*source, error);
    EXPECT_EQ(source->file_position(), content.size());
  }
}

TEST(ByteSource, DeliversWhatIsReadableBeforeACutOffEnd) {
  const TemporaryFolder folder;
  const std::string text = noise(3'000'000);
  struct {
    std::string packed;
    std::string_view what;
    std::size_t least;  // zstd gives whole blocks of 128 KiB only
  } const cases[] = {{gzip(text), "gzip", 1'990'000}, {zstd(text), "zstd", 1'860'000}};
  for (const auto& [packed, what, least] : cases) {
    const std::string path = folder.write("cut", std::string_view(packed).substr(0, 2'000'000));
    std::string error;
    const std::string out = drain(path, error);
    EXPECT_GE(out.size(), least);
    EXPECT_EQ(out, text.substr(0, out.size()));
    expect_parts(error, {path, "byte 2000000 of the file",
                         "offset " + std::to_string(out.size()) + " uncompressed",
                         std::string(what) + " data ends too early", "fetch or copy it again"});
  }
}

TEST(ByteSource, EveryCutOfASmallFileIsAnErrorThatRepeats) {
  const TemporaryFolder folder;
  for (const std::string& packed : {gzip("some text, some text"), zstd("some text, some text")}) {
    for (std::size_t size = 4; size < packed.size(); ++size) {
      const auto source = open_bytes(folder.write("cut", std::string_view(packed).substr(0, size)));
      std::string error;
      drain(*source, error);
      expect_parts(error, {"ends too early"});
      EXPECT_EQ(error_of([&] { source->refill(); }), error);
    }
  }
}

TEST(ByteSource, DeliversWhatIsReadableBeforeDamage) {
  const TemporaryFolder folder;
  const std::string text = noise(1'000'000);
  std::string damaged = gzip(text);
  damaged[600'000] = static_cast<char>(~damaged[600'000]);
  std::string error;
  // Noise is stored, not packed: gzip sees the damage at the checksum, after everything.
  EXPECT_EQ(drain(folder.write("gzip", damaged), error).size(), text.size());
  expect_parts(
      error, {folder.path("gzip"), "the gzip data is damaged", "incorrect data check", "gzip -t"});

  // Text is packed: the damage is seen where it is.
  std::string lines;
  for (std::size_t i = 0; i < 100'000; ++i) lines += std::to_string(i * i % 1'000'003) + "\n";
  damaged = gzip(lines);
  damaged.replace(damaged.size() / 2, 64, std::string(64, '\xff'));
  const std::string half = drain(folder.write("gzip", damaged), error);
  EXPECT_GE(half.size(), lines.size() / 3);
  EXPECT_EQ(half.substr(0, lines.size() / 3), lines.substr(0, lines.size() / 3));
  expect_parts(error, {folder.path("gzip"), "the gzip data is damaged", "offset"});

  // A small frame, in one piece: libzstd must not hide its beginning.
  std::string frame = zstd(text.substr(0, 300'000));
  frame.back() = static_cast<char>(~frame.back());
  const std::string out = drain(folder.write("zstd", frame), error);
  EXPECT_EQ(out.size(), 300'000u);  // only the checksum, behind it all, is wrong
  EXPECT_EQ(out, text.substr(0, out.size()));
  expect_parts(error, {folder.path("zstd"), "the zstd data is damaged", "zstd -t"});
}

TEST(ByteSource, RefusesForeignBytesBehindCompressedData) {
  const TemporaryFolder folder;
  std::string error;
  EXPECT_EQ(drain(folder.write("a", gzip("text") + "junk"), error), "text");
  expect_parts(error, {folder.path("a"), "not gzip follow", "cut them off"});
  EXPECT_EQ(drain(folder.write("b", zstd("text") + "some junk"), error), "text");
  expect_parts(error, {folder.path("b"), "not zstd follow", "cut them off"});
}

TEST(ByteSource, ReadsAPipeInPieces) {
  const TemporaryFolder folder;
  const std::string text = noise(3'000'000);
  for (const std::string& content : {text, gzip(text)}) {
    const std::string path = folder.path("pipe");
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    std::thread writer([&] {
      std::ofstream pipe(path, std::ios::binary);
      pipe << content.substr(0, 2) << std::flush;  // the magic in two pieces
      pipe << content.substr(2);
    });
    EXPECT_EQ(drain_whole(path), text);
    writer.join();
    std::filesystem::remove(path);
  }
}

TEST(ByteSource, ViewsMemory) {
  const auto source = view_bytes(as_bytes("abcdef"), "memory");
  source->consume(2);
  EXPECT_EQ(as_text(source->window()), "cdef");
  EXPECT_EQ(source->offset(), 2u);
  EXPECT_EQ(source->path(), "memory");
  EXPECT_FALSE(source->refill());
}

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

TEST(ByteSource, AMappedFileDoesNotGrowTheProcess) {
  const TemporaryFolder folder;
  constexpr std::size_t size = std::size_t{96} << 20;
  const auto source = open_bytes(folder.write("a", std::string(size, 'x')));
  const std::size_t before = resident_bytes();
  std::size_t most = 0;
  std::size_t sum = 0;
  while (!source->window().empty()) {
    sum += static_cast<std::size_t>(source->window()[0]);
    source->consume(4096);
    if (source->offset() % (1 << 20) == 0) most = std::max(most, resident_bytes());
  }
  EXPECT_EQ(sum, size / 4096 * 'x');
  EXPECT_LT(most, before + (std::size_t{32} << 20));
}

TEST(ByteSource, SaysWhyAFileCannotBeOpened) {
  const TemporaryFolder folder;
  const std::string missing = folder.path("missing.pcap");
  expect_parts(error_of([&] { open_bytes(missing); }), {missing, "no such file", "check the path"});
  expect_parts(error_of([&] { open_bytes(folder.path()); }),
               {folder.path(), "directory", "name the files in it"});
  const std::string empty = folder.write("empty.pcap", "");
  expect_parts(error_of([&] { open_bytes(empty); }), {empty, "empty", "capture or copy it"});
}

TEST(ByteSource, SaysThatAFileMayNotBeRead) {
  const TemporaryFolder folder;
  const std::string path = folder.write("secret.pcap", "text");
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  const bool root = ::geteuid() == 0;  // root may read anything: be somebody else meanwhile
  constexpr uid_t nobody = 65534;
  if (root) {
    ASSERT_EQ(::seteuid(nobody), 0);
  }
  const std::string error = error_of([&] { open_bytes(path); });
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  expect_parts(error, {path, "no permission", "chmod a+r"});
}

}  // namespace
}  // namespace hft::net::test

// docs/ring.md and the compiled header say the same bytes.
#include "hft/ring/header.hpp"

#include <fstream>
#include <sstream>

#include "ring/ring_fixture.hpp"

namespace hft::ring {
namespace {

struct Row {
  std::size_t offset, size;
  std::string name;
};

/// The rows "| offset | size | `name` | ..." of the document.
std::vector<Row> documented_rows() {
  const auto root = std::filesystem::path(__FILE__).parent_path() / "../../..";
  std::ifstream file(root / "docs" / "ring.md");
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    std::istringstream cells(line);
    Row row{};
    std::string bar_1, bar_2, bar_3;
    if (!(cells >> bar_1 >> row.offset >> bar_2 >> row.size >> bar_3 >> row.name)) continue;
    if (bar_1 != "|" || row.name.size() < 3) continue;
    row.name = row.name.substr(1, row.name.size() - 2);
    rows.push_back(row);
  }
  return rows;
}

TEST(Header, IsWhatTheDocumentSays) {
  const std::vector<Row> rows = documented_rows();
  const auto& fields = Layout<RingHeader>::fields;
  ASSERT_EQ(rows.size(), fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    EXPECT_EQ(rows[i].name, fields[i].name);
    EXPECT_EQ(rows[i].offset, fields[i].offset) << fields[i].name;
    EXPECT_EQ(rows[i].size, fields[i].size) << fields[i].name;
  }
}

TEST(Header, MagicReadsAsText) {
  const std::uint64_t magic = ring_magic;
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(&magic), 8), "hft ring");
}

}  // namespace
}  // namespace hft::ring

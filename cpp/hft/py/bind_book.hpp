// A book set as Python holds it: its own, or one that a replay owns and keeps changing.
#pragma once

#include <memory>

#include "hft/engine/book_stage.hpp"

namespace hft::py {

struct BookView {
  std::unique_ptr<engine::BookStage> own;  // null: a replay's, which outlives the view
  engine::BookStage* books = nullptr;
};

}  // namespace hft::py

#include "hft/venue/matching_engine.hpp"

namespace hft::venue {

const EngineConfig& checked(const EngineConfig& config) {
  const auto require = [](std::uint64_t value, std::uint64_t most, const char* name) {
    if (value >= 1 && value <= most) return;
    throw Error(std::string("venue: ") + name, std::to_string(value) + " is out of range",
                "give 1 to " + std::to_string(most));
  };
  require(config.max_orders, 1U << 28, "max_orders");
  require(config.max_instruments, 65'536, "max_instruments");
  require(config.max_owners, 1U << 24, "max_owners");
  require(config.first_order_id, ~std::uint64_t{0}, "first_order_id");
  require(config.first_match_number, ~std::uint64_t{0}, "first_match_number");
  return config;
}

}  // namespace hft::venue

// PassedCommand: an OrderCommand that a risk gate has let through, by type.
//
// Only risk::Gate can make one, and order gateways take nothing else: that no order goes around the
// gate is checked by the compiler. The class stands here because `order` knows records and not
// `risk`.
#pragma once

#include "hft/record/order_command.hpp"

namespace hft::risk {
class Gate;
}

namespace hft::record {

class PassedCommand {
 public:
  const OrderCommand& command() const noexcept { return command_; }

 private:
  friend class hft::risk::Gate;
  explicit PassedCommand(const OrderCommand& command) noexcept : command_(command) {}

  OrderCommand command_;
};

}  // namespace hft::record

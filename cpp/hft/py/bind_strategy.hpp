// A strategy's actions as Python holds them: dead once the call that gave them is over.
#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "hft/strategy/actions.hpp"

namespace hft::py {

namespace pyb = pybind11;

struct ActionsView {
  strategy::Actions* actions = nullptr;
};

}  // namespace hft::py

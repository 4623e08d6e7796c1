// Which drivers of minikube this computer can do, and why not the others. Pure.
#pragma once

#include "form/parameter.h"
#include "provision/local/facts.h"

namespace timonier::minikube {

// In the order of preference; `refused` says why one cannot be taken, `help` what it is.
std::vector<form::Choice> drivers(const local::Facts &facts);

// What drivers() wants to know.
local::Asked askedForDrivers();

// The driver that minikube would find first among those that work; empty: none.
std::string bestDriver(const local::Facts &facts);


} // namespace timonier::minikube

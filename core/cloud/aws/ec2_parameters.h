// How EC2's form of the query protocol writes filters, tags and lists, and how it nests its answers. Pure; for the two files of Ec2.
#pragma once

#include "cloud/aws/ec2_calls.h"

namespace timonier::aws {

void addFilter(Parameters &parameters, int number, const std::string &name, const std::vector<std::string> &values);
// Behind those that are there already.
Parameters withTags(Parameters parameters, std::string_view type, const Tags &tags, int number = 1);
// The items of "vpcSet", or of "reservationSet/instancesSet".
std::vector<const Xml *> itemsOf(const Xml &answer, std::string_view set);
// "vpcId" -> "VpcId": as it is asked for.
std::string capital(std::string_view name);
// Of instances that are there and stay.
const std::vector<std::string> &liveStates();

} // namespace timonier::aws

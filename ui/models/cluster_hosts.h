// The hosts of a cluster on hosts of one's own: how each is, and what can be done with them. app/ implements it on the core, tests with a double. GUI thread: everything
// returns at once; what is told comes there, or never when this goes first.
#pragma once

#include "base/result.h"
#include "ui/models/status_words.h"

#include <QString>

#include <functional>
#include <map>
#include <vector>

namespace timonier {

struct HostLine {
    QString id{};                             // as its spec has it; empty: a node that was not made from here
    QString name{}, role{}, address{}, version{};
    StatusWords state{}, certificates{Tone::None, {}};
};

// What can be pressed; a wizard opens.
struct HostAction {
    QString id{}, title{}, help{};
    bool onHost = false;                      // it is about the host that is chosen
    std::map<QString, QString> refused{};     // by the host's id: why not with that one
};

class ClusterHosts
{
public:
    using Tell = std::function<void(const std::vector<HostLine> &)>; // all of them, as far as is known by now
    using Over = std::function<void(const Result<> &)>;

    virtual ~ClusterHosts() = default;
    virtual std::vector<HostLine> hosts() const = 0; // before anybody was asked
    virtual std::vector<HostAction> actions() const = 0;
    virtual void look(Tell tell, Over over) = 0;
};

} // namespace timonier

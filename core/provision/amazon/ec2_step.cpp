#include "provision/amazon/ec2_step.h"

#include "base/pause.h"
#include "base/say.h"
#include "cloud/aws/api_error.h"

#include <algorithm>
#include <atomic>

namespace timonier::amazon {

using namespace std::chrono_literals;

namespace {

// What was made a moment ago is not always listed yet (docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html): where an earlier
// run may have asked for it and heard no answer, it is looked for some seconds longer.
Result<std::string> look(aws::Ec2 &ec2, const aws::Ec2Kind &kind, const aws::Tags &tags, bool patiently, std::stop_token stop)
{
    for (int attempt = 0;; ++attempt) {
        const auto found = TRY(ec2.tagged(kind, tags));
        if (!found.empty())
            return found.front();
        if (!patiently || attempt == 4)
            return std::string();
        if (!pause(1s, stop))
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
    }
}

// What EKS and load balancers leave behind goes by itself, minutes later: until then it is in the way.
Result<> remove(aws::Ec2 &ec2, const Ec2Step &what, const std::string &id, StepContext &context)
{
    const auto removed = [&]() -> Result<bool> {
        if (what.loosen)
            TRY(what.loosen(ec2, id));
        const auto done = ec2.remove(what.kind, id);
        if (done)
            return true;
        if (aws::codeOf(done.error()) != "DependencyViolation")
            return std::unexpected(done.error());
        context.print(done.error().text() + "\n");
        return false;
    };
    TRY(aws::waitUntil(removed, 15min, 15s, context.stop()));
    // Addresses, subnets and security groups are held until these are gone.
    if (what.kind.type == aws::natKind.type)
        return aws::waitUntil([&]() -> Result<bool> { return TRY(ec2.natState(id)) == "deleted"; }, 15min, 5s, context.stop());
    if (what.kind.type == aws::instanceKind.type)
        return aws::waitUntil([&]() -> Result<bool> { return TRY(ec2.instanceState(id)) == "terminated"; }, 15min, 5s, context.stop());
    return {};
}

} // namespace

plan::Step ec2Step(const Owner &owner, Ec2Step what)
{
    const std::string kind(what.kind.type), name = what.id;
    const auto asked = std::make_shared<std::atomic<bool>>(false); // by an earlier run, or an earlier attempt of this one
    return {.id = what.id, .title = what.title, .needs = what.needs, .creates = {{kind, name}}, .provider = "aws", .estimate = what.estimate, .measure = what.measure, .retry = {.attempts = 3, .pause = 2s},
            .check = [owner, what, kind, name, asked](StepContext &context) -> Result<bool> {
                const auto known = TRY(context.find(kind, name));
                *asked = known.has_value();
                if (!known || known->state != plan::ResourceState::Made)
                    return false;
                aws::Ec2 ec2(*owner.client, context.stop());
                const auto found = ec2.tagged(what.kind, owner.tags(name));
                if (!found)
                    return std::unexpected(found.error());
                return !found->empty();
            },
            .apply = [owner, what, kind, name, asked](StepContext &context) -> Result<> {
                aws::Ec2 ec2(*owner.client, context.stop());
                auto known = TRY(context.find(kind, name));
                const bool wasMade = known && !known->outsideId.empty();
                std::string id = TRY(look(ec2, what.kind, owner.tags(name), *asked && !wasMade, context.stop()));
                if (id.empty()) {
                    // Somebody removed what was there: the token that made it would only bring back its memory.
                    if (wasMade)
                        TRY(context.gone(kind, name));
                    const plan::Resource mine = TRY(context.intend(kind, name));
                    *asked = true;
                    id = TRY(what.create(ec2, context, mine.token, owner.allTags(name)));
                    context.print(say("Core", "{} is made", id) + "\n");
                }
                if (what.settle)
                    TRY(what.settle(ec2, context, id));
                return context.made(kind, name, id);
            },
            .undo = [owner, what, kind, name](StepContext &context) -> Result<> {
                aws::Ec2 ec2(*owner.client, context.stop());
                const auto known = TRY(context.find(kind, name));
                const bool heard = known && !known->outsideId.empty();
                std::vector<std::string> ids = TRY(ec2.tagged(what.kind, owner.tags(name)));
                if (ids.empty() && !heard)
                    if (const std::string late = TRY(look(ec2, what.kind, owner.tags(name), true, context.stop())); !late.empty())
                        ids.push_back(late);
                if (heard && std::ranges::find(ids, known->outsideId) == ids.end())
                    ids.push_back(known->outsideId); // somebody took its tags off, or it is gone
                for (const std::string &id : ids)
                    TRY(remove(ec2, what, id, context));
                return {};
            }};
}

} // namespace timonier::amazon

#include "provision/amazon/owner.h"

#include "base/say.h"

namespace timonier::amazon {

aws::Tags Owner::allTags(const std::string &part) const
{
    aws::Tags all = more;
    all.emplace("Name", name + "-" + part);
    all.merge(tags(part));
    return all;
}

Result<std::string> idOf(StepContext &context, std::string_view kind, const std::string &name)
{
    const auto known = TRY(context.find(kind, name));
    if (!known || known->outsideId.empty())
        return fail(ErrorKind::Internal, say("Core", "the ledger does not know {} {}", kind, name), say("Core", "Run the plan again: what is there is found by its tags."));
    return known->outsideId;
}

Result<std::string> tokenOf(StepContext &context, std::string_view kind, const std::string &name)
{
    const auto known = TRY(context.find(kind, name));
    return known ? known->token : std::string();
}

} // namespace timonier::amazon

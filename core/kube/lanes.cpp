#include "kube/lanes.h"

#include <algorithm>

namespace timonier {

// Below the 100 that an API server allows, so that a probe always finds room.
constexpr unsigned streamsPerLane = 90;

unsigned Lanes::enter(const TransferPtr &transfer, const Credential &credential)
{
    auto lane = std::ranges::find_if(m_lanes, [&](const Lane &l) {
        return l.streams == 0 || (l.streams < streamsPerLane && l.certificate == credential.certificatePem);
    });
    if (lane == m_lanes.end())
        lane = m_lanes.emplace(lane);
    lane->certificate = credential.certificatePem;
    ++lane->streams;
    transfer->lane = static_cast<unsigned>(lane - m_lanes.begin());
    return *transfer->lane;
}

bool Lanes::mustWait(unsigned number, const TransferPtr &transfer, const Credential &credential)
{
    Lane &lane = m_lanes[number];
    if (lane.leader) {
        lane.followers.emplace_back(transfer, credential);
        return true;
    }
    const bool open = lane.streams > 1 && lane.connection && lane.connection->socket >= 0 && !lane.connection->dead;
    if (!open)
        lane.leader = transfer;
    return false;
}

bool Lanes::isLeader(const Transfer &transfer) const
{
    return transfer.lane && m_lanes[*transfer.lane].leader.get() == &transfer;
}

Lanes::Followers Lanes::open(const TransferPtr &leader)
{
    if (!isLeader(*leader))
        return {};
    Lane &lane = m_lanes[*leader->lane];
    lane.leader = nullptr;
    lane.connection = leader->connection();
    return std::exchange(lane.followers, {});
}

Lanes::Followers Lanes::leave(const TransferPtr &transfer)
{
    if (!transfer->lane)
        return {};
    Lane &lane = m_lanes[*transfer->lane];
    --lane.streams;
    std::erase_if(lane.followers, [&](const auto &follower) { return follower.first == transfer; });
    const bool led = isLeader(*transfer);
    transfer->lane.reset();
    if (!led)
        return {};
    lane.leader = nullptr;
    return std::exchange(lane.followers, {});
}

} // namespace timonier

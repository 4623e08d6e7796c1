// Which requests share a connection. A lane is one connection's worth of streams with one client certificate; its first
// request opens the connection, and those that come meanwhile wait for it.
//
// curl's own waiting (CURLOPT_PIPEWAIT) works for the first connection to a host only: 200 watches opened 112 of them.
// Network thread only.
#pragma once

#include "kube/curl_transfer.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace timonier {

class Lanes
{
public:
    using TransferPtr = std::shared_ptr<Transfer>;
    using Followers = std::vector<std::pair<TransferPtr, Credential>>;

    // Gives the transfer, which is in no lane, a place in one with room and returns the lane's number.
    unsigned enter(const TransferPtr &transfer, const Credential &credential);
    // True when the transfer has to wait: another is making the connection. False: go; it may be the leader now.
    bool mustWait(unsigned number, const TransferPtr &transfer, const Credential &credential);
    bool isLeader(const Transfer &transfer) const;
    // The leader has its connection: those who waited for it may go.
    Followers open(const TransferPtr &leader);
    // The transfer is over. If it led, those who waited for it are handed back.
    Followers leave(const TransferPtr &transfer);

private:
    struct Lane {
        std::string certificate;     // the connection is authenticated with it
        unsigned streams = 0;
        ConnectionPtr connection;    // the newest; null before there was one
        TransferPtr leader;          // is making a connection
        Followers followers;
    };
    std::vector<Lane> m_lanes;
};

} // namespace timonier

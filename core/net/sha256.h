// SHA-256 as bytes come by. Any thread, one at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace timonier {

class Sha256
{
public:
    Sha256();
    void add(std::string_view bytes);
    // 64 small hexadecimal digits. Ends it.
    std::string hex();

private:
    std::shared_ptr<void> m_context;
};

} // namespace timonier

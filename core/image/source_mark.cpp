#include "image/source_mark.h"

#include "base/paths.h"
#include "base/say.h"
#include "net/sha256.h"

#include <filesystem>
#include <fstream>
#include <set>

namespace timonier::image {

Result<std::string> sourceMark(const Spec &spec, std::stop_token stop)
{
    namespace fs = std::filesystem;
    const fs::path root = toPath(spec.context);
    std::error_code error;
    std::set<std::string> lines; // sorted: a folder has no order
    for (fs::recursive_directory_iterator at(root, error), end; !error && at != end; at.increment(error)) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        std::error_code ignored; // a dangling link has neither size nor time
        const fs::file_status status = at->symlink_status(ignored);
        const bool isFile = fs::is_regular_file(status);
        const auto size = isFile ? at->file_size(ignored) : 0;
        const auto time = isFile ? at->last_write_time(ignored).time_since_epoch().count() : 0;
        lines.insert(fmt::format("{} {} {} {}\n", toUtf8(at->path().lexically_relative(root)), size, time, static_cast<unsigned>(status.permissions())));
    }
    if (error)
        return fail(ErrorKind::Io, say("Core", "{} cannot be read: {}", spec.context, error.message()));
    Sha256 sum;
    for (const std::string &line : lines)
        sum.add(line);
    std::ifstream file(root / toPath(spec.dockerfile), std::ios::binary);
    sum.add(std::string(std::istreambuf_iterator<char>(file), {}));
    for (const auto &[name, value] : spec.arguments)
        sum.add(name + "=" + value + "\n");
    return sum.hex().substr(0, 32);
}

} // namespace timonier::image

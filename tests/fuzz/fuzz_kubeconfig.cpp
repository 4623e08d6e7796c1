// Any bytes as a kubeconfig: parsed, listed, resolved; and the text as what a credential plugin printed, and as a log line.
#include "base/redact.h"
#include "kube/exec_credential.h"
#include "kube/kubeconfig.h"

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

using namespace timonier;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    (void)redact(text);
    (void)readExecCredential(text, "client.authentication.k8s.io/v1");
    (void)parseRfc3339(text);

    // Kubeconfig loads files only: one of this process's own, in memory where there is /dev/shm. What it names is not read
    // by us, because contexts() reads nothing.
    static const std::string path = "/dev/shm/timonier-fuzz-" + std::to_string(::getpid());
    static const bool removed = std::atexit([] { ::unlink(path.c_str()); }) == 0;
    if (!removed || !parseKubeconfigFile(text, "/nowhere/config"))
        return 0;
    std::ofstream(path, std::ios::binary | std::ios::trunc).write(text.data(), static_cast<std::streamsize>(size));
    const auto config = Kubeconfig::load({path});
    if (!config)
        std::abort(); // it was read a moment ago
    for (const ContextInfo &context : config->contexts())
        if (context.problem && context.problem->message.empty())
            std::abort(); // an error without words
    return 0;
}

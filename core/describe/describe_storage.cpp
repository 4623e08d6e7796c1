// Claims, volumes, storage classes; config maps and secrets.
#include "describe/containers.h"
#include "describe/facts.h"

#include "base/say.h"

namespace timonier::describing {

namespace {

// How many bytes base64 text stands for.
std::size_t decodedSize(std::string_view base64)
{
    std::size_t digits = 0;
    for (const char c : base64)
        digits += (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ? 1 : 0;
    return digits * 3 / 4;
}

Tone phaseTone(const std::string &phase)
{
    return phase == "Bound" ? Tone::Good : phase == "Pending" ? Tone::Busy : phase == "Available" || phase == "Released" ? Tone::Done : Tone::Bad;
}

void phase(const Subject &object, Facts &facts)
{
    const std::string word = text(object.status(), "phase");
    facts.add(say("Core", "Status"), Value{.text = word, .tone = phaseTone(word)});
}

} // namespace

void claimFacts(const Subject &claim, Facts &facts)
{
    const Json &spec = claim.spec();
    phase(claim, facts);
    facts.link(say("Core", "Volume"), {"", "PersistentVolume", "", text(spec, "volumeName")});
    const std::string asked = text(spec, "resources", "requests", "storage"), got = text(claim.status(), "capacity", "storage");
    facts.add(say("Core", "Size"), Value{.text = got.empty() ? asked : got, .note = got.empty() || got == asked ? "" : say("Core", "{} asked for", asked)});
    facts.link(say("Core", "Storage class"), {"storage.k8s.io", "StorageClass", "", text(spec, "storageClassName")});
    facts.add(say("Core", "Access modes"), joined(field(spec, "accessModes")));
    facts.add(say("Core", "Volume mode"), text(spec, "volumeMode"));
}

void volumeFacts(const Subject &volume, Facts &facts)
{
    const Json &spec = volume.spec(), &claim = field(spec, "claimRef");
    phase(volume, facts);
    facts.link(say("Core", "Claim"), {"", "PersistentVolumeClaim", text(claim, "namespace"), text(claim, "name")}, text(claim, "namespace"));
    facts.add(say("Core", "Size"), text(spec, "capacity", "storage"));
    facts.link(say("Core", "Storage class"), {"storage.k8s.io", "StorageClass", "", text(spec, "storageClassName")});
    facts.add(say("Core", "Access modes"), joined(field(spec, "accessModes")));
    facts.add(say("Core", "When released"), text(spec, "persistentVolumeReclaimPolicy"));
    facts.add(say("Core", "Driver"), text(spec, "csi", "driver"));
    facts.mono(say("Core", "Driver's name"), text(spec, "csi", "volumeHandle"));
    facts.mono(say("Core", "Folder"), text(spec, "hostPath", "path"));
    facts.mono(say("Core", "Folder"), text(spec, "local", "path"));
    if (const std::string server = text(spec, "nfs", "server"); !server.empty())
        facts.mono(say("Core", "Folder"), server + ":" + text(spec, "nfs", "path"));
}

void storageClassFacts(const Subject &object, Facts &facts)
{
    if (text(object.object, "metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true")
        facts.add(say("Core", "Default"), say("Core", "yes: claims that name no class use it"));
    facts.add(say("Core", "Provisioner"), text(object.object, "provisioner"));
    facts.add(say("Core", "When released"), text(object.object, "reclaimPolicy"));
    facts.add(say("Core", "Binds"), text(object.object, "volumeBindingMode"));
    facts.yesNo(say("Core", "Can grow"), field(object.object, "allowVolumeExpansion"));
    for (const auto &[key, value] : members(field(object.object, "parameters")))
        facts.mono(std::string(key), text(*value));
}

void keyFacts(const Subject &object, Facts &facts)
{
    const bool secret = object.kind == "Secret";
    if (secret)
        facts.add(say("Core", "Type"), text(object.object, "type"));
    if (isTrue(field(object.object, "immutable")))
        facts.add(say("Core", "Immutable"), say("Core", "yes"));
    std::size_t count = 0;
    const auto key = [&](std::string_view name, std::size_t bytes) {
        if (++count <= 100)
            facts.add(say("Core", "Keys"), Value{.text = std::string(name), .note = bytesText(static_cast<std::int64_t>(bytes)), .mono = true});
    };
    for (const auto &[name, value] : members(field(object.object, "data")))
        key(name, secret ? decodedSize(text(*value)) : text(*value).size());
    for (const auto &[name, value] : members(field(object.object, "binaryData")))
        key(name, decodedSize(text(*value)));
    if (count > 100)
        facts.add(say("Core", "Keys"), say("Core", "and {} more", count - 100));
    if (count == 0)
        facts.add(say("Core", "Keys"), say("Core", "none"));
}

} // namespace timonier::describing

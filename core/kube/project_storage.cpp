// Persistent volumes, their claims, storage classes.
#include "kube/project.h"
#include "kube/quantity.h"

#include <algorithm>

namespace timonier {

namespace {

constexpr std::string_view betaClass = "volume.beta.kubernetes.io/storage-class";

// RWO,ROX,RWX,RWOP in this order (GetAccessModesAsString).
std::string readAccessModes(Json &json)
{
    bool once = false, readOnly = false, many = false, oncePod = false;
    json.elements([&] {
        const std::string_view mode = json.text();
        once = once || mode == "ReadWriteOnce";
        readOnly = readOnly || mode == "ReadOnlyMany";
        many = many || mode == "ReadWriteMany";
        oncePod = oncePod || mode == "ReadWriteOncePod";
    });
    std::string out;
    if (once)
        listed(out, "RWO");
    if (readOnly)
        listed(out, "ROX");
    if (many)
        listed(out, "RWX");
    if (oncePod)
        listed(out, "RWOP");
    return out;
}

std::string_view readStorage(Json &json)
{
    std::string_view size;
    json.fields([&](std::string_view key) {
        if (key == "storage")
            size = json.ahead() == '"' ? json.text() : json.raw();
    });
    return size;
}

void sizeCell(RowBuilder &row, std::string_view size)
{
    row.cell(row.common(size), milliQuantity(size));
}

} // namespace

void projectPersistentVolume(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    meta.wantsAnnotations = true;
    std::string_view size, policy, phase, reason, className, claimNs, claimName;
    std::string_view mode = "<unset>", attributes = "<unset>";
    std::string modes;
    bool claimed = false;
    json.fields([&](std::string_view key) {
        if (key == "metadata") {
            meta.read(json);
        } else if (key == "spec") {
            json.fields([&](std::string_view field) {
                if (field == "capacity") {
                    size = readStorage(json);
                } else if (field == "accessModes") {
                    modes = readAccessModes(json);
                } else if (field == "persistentVolumeReclaimPolicy") {
                    policy = json.text();
                } else if (field == "storageClassName") {
                    className = json.text();
                } else if (field == "volumeMode" && json.ahead() == '"') {
                    mode = json.text();
                } else if (field == "volumeAttributesClassName" && json.ahead() == '"') {
                    attributes = json.text();
                } else if (field == "claimRef") {
                    claimed = json.ahead() == '{';
                    json.fields([&](std::string_view part) {
                        if (part == "namespace")
                            claimNs = json.text();
                        else if (part == "name")
                            claimName = json.text();
                    });
                }
            });
        } else if (key == "status") {
            json.fields([&](std::string_view field) {
                if (field == "phase")
                    phase = json.text();
                else if (field == "reason")
                    reason = json.text();
            });
        }
    });
    if (meta.annotations.has(betaClass))
        className = meta.annotations.value(betaClass);
    meta.put(row);
    row.cell(row.head.name);
    sizeCell(row, orElse(size, "0"));
    row.cell(row.common(modes));
    row.cell(row.common(policy));
    row.cell(row.common(meta.isDeleting ? "Terminating" : phase));
    std::string &claim = row.scratch();
    if (claimed)
        claim.append(claimNs).append("/").append(claimName);
    row.text(claim);
    row.cell(row.common(className));
    row.cell(row.common(attributes));
    row.text(reason);
    row.number(meta.created);
    row.cell(row.common(mode));
}

void projectPersistentVolumeClaim(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    meta.wantsAnnotations = true;
    std::string_view phase, volume, size, className;
    std::string_view mode = "<unset>", attributes = "<unset>";
    std::string modes;
    json.fields([&](std::string_view key) {
        if (key == "metadata") {
            meta.read(json);
        } else if (key == "spec") {
            json.fields([&](std::string_view field) {
                if (field == "volumeName")
                    volume = json.text();
                else if (field == "storageClassName")
                    className = json.text();
                else if (field == "volumeMode" && json.ahead() == '"')
                    mode = json.text();
                else if (field == "volumeAttributesClassName" && json.ahead() == '"')
                    attributes = json.text();
            });
        } else if (key == "status") {
            json.fields([&](std::string_view field) {
                if (field == "phase")
                    phase = json.text();
                else if (field == "accessModes")
                    modes = readAccessModes(json);
                else if (field == "capacity")
                    size = readStorage(json);
            });
        }
    });
    if (meta.annotations.has(betaClass))
        className = meta.annotations.value(betaClass);
    const bool bound = !volume.empty();
    meta.put(row);
    row.cell(row.head.name);
    row.cell(row.common(meta.isDeleting ? "Terminating" : phase));
    row.text(volume);
    sizeCell(row, bound ? orElse(size, "0") : "");
    row.cell(row.common(bound ? std::string_view(modes) : std::string_view{}));
    row.cell(row.common(className));
    row.cell(row.common(attributes));
    row.number(meta.created);
    row.cell(row.common(mode));
}

void projectStorageClass(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    meta.wantsAnnotations = true;
    std::string_view provisioner, policy = "Delete", binding = "Immediate";
    bool expansion = false;
    json.fields([&](std::string_view key) {
        if (key == "metadata")
            meta.read(json);
        else if (key == "provisioner")
            provisioner = json.text();
        else if (key == "reclaimPolicy" && json.ahead() == '"')
            policy = json.text();
        else if (key == "volumeBindingMode" && json.ahead() == '"')
            binding = json.text();
        else if (key == "allowVolumeExpansion")
            expansion = json.boolean();
    });
    const bool isDefault = meta.annotations.value("storageclass.kubernetes.io/is-default-class") == "true"
        || meta.annotations.value("storageclass.beta.kubernetes.io/is-default-class") == "true";
    meta.put(row);
    if (isDefault)
        row.text(row.scratch().append(meta.name).append(" (default)"));
    else
        row.cell(row.head.name);
    row.text(provisioner);
    row.cell(row.common(policy));
    row.cell(row.common(binding));
    row.cell(RowBuilder::fixed(expansion ? "true" : "false"));
    row.number(meta.created);
}

} // namespace timonier

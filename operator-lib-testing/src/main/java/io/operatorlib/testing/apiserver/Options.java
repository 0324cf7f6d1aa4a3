package io.operatorlib.testing.apiserver;

import io.operatorlib.testing.apiserver.schema.Cause;
import java.util.ArrayList;
import java.util.List;

/**
 * How a write is to be done, as its query says.
 *
 * @param dryRun whether nothing is to be stored
 * @param fieldManager who is to own the fields
 * @param fieldValidation {@code Ignore}, {@code Warn} or {@code Strict}
 * @param force whether an apply takes fields from other managers
 */
record Options(boolean dryRun, String fieldManager, String fieldValidation, boolean force) {

    private static final int LONGEST_MANAGER = 128;

    /**
     * Reads them.
     *
     * @param type what the refusal of a bad option names, for example {@code CreateOptions}
     */
    static Options of(Call call, String type) {
        var causes = new ArrayList<Cause>();
        boolean dryRun = call.request().query().containsKey("dryRun");
        if (dryRun && !call.query("dryRun").equals("All")) {
            causes.add(new Cause(
                    "FieldValueNotSupported",
                    "Unsupported value: [\"" + call.query("dryRun") + "\"]: supported values: \"All\"",
                    "dryRun"));
        }
        String validation = call.query("fieldValidation");
        if (!List.of("", "Ignore", "Warn", "Strict").contains(validation)) {
            causes.add(new Cause(
                    "FieldValueNotSupported",
                    "Unsupported value: \"" + validation
                            + "\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"",
                    "fieldValidation"));
        }
        boolean apply = Bodies.isApply(call.request().contentType());
        String manager = call.query("fieldManager");
        if (apply && manager.isEmpty()) {
            causes.add(Cause.required("fieldManager", "is required for apply patch"));
        }
        if (manager.length() > LONGEST_MANAGER) {
            causes.add(new Cause(
                    "FieldValueTooLong",
                    "Too long: may not be more than " + LONGEST_MANAGER + " bytes",
                    "fieldManager"));
        }
        boolean forced = call.request().query().containsKey("force");
        if (forced && !apply && type.equals("PatchOptions")) {
            causes.add(Cause.forbidden("force", "may not be specified for non-apply patch"));
        }
        if (!causes.isEmpty()) {
            throw ApiError.invalid("meta.k8s.io", type, "", causes);
        }
        return new Options(
                dryRun,
                manager.isEmpty() ? "unknown" : manager,
                validation.isEmpty() ? "Warn" : validation,
                call.flag("force"));
    }
}

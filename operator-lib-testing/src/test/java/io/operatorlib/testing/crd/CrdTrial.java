package io.operatorlib.testing.crd;

import com.google.gson.JsonObject;
import io.operatorlib.crd.CrdChange.Impact;

/**
 * One change of a definition, and what is to be thought of it.
 *
 * @param impact the class of the change
 * @param shown whether a server shows the harm, on an object of the old shape
 * @param says what the verdict says of it
 * @param before a definition, whose names are made by {@link Trials#named}
 * @param value what the object has at {@code .spec.f}; a dash for nothing
 */
record CrdTrial(Impact impact, boolean shown, String says, JsonObject before, JsonObject after, String value) {

    static CrdTrial of(String impact, String says, JsonObject before, JsonObject after, String value) {
        boolean shown = impact.endsWith("!");
        return new CrdTrial(
                Impact.valueOf(shown ? impact.substring(0, impact.length() - 1) : impact),
                shown,
                says,
                before,
                after,
                value.replace('\'', '"'));
    }

    @Override
    public String toString() {
        return says;
    }
}

package io.operatorlib.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.operatorlib.internal.json.Json;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaObjectionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'integer'} | 1 | ",
                "{'type':'integer'} | 2.0 | ",
                "{'type':'integer'} | 1.5 | must be of type integer",
                "{'type':'string'} | null | must not be null",
                "{'type':'string','nullable':true} | null | ",
                "{'type':'string','default':'a'} | null | ",
                "{'x-kubernetes-int-or-string':true} | '5%' | ",
                "{'x-kubernetes-int-or-string':true} | true | must be of type ",
                "{'type':'string','enum':['a']} | 'b' | must be one of [\"a\"]",
                "{'type':'integer','maximum':5,'exclusiveMaximum':true} | 5 | is above the maximum of 5",
                "{'type':'integer','minimum':5} | 4 | is below the minimum of 5",
                "{'type':'integer','multipleOf':2} | 3 | must be a multiple of 2",
                "{'type':'string','maxLength':2} | 'äöü' | has more than 2",
                "{'type':'string','minLength':2} | 'ä' | has fewer than 2",
                "{'type':'string','pattern':'^a'} | 'ba' | must match ^a",
                "{'type':'array','maxItems':1} | [1,2] | has more than 1",
                "{'type':'array','items':{'type':'string'}} | ['a',1] | [1] must be of type string",
                "{'type':'array','x-kubernetes-list-type':'set'} | ['a','a'] | [1] is there twice",
                "{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['k']} |"
                        + " [{'k':1},{'k':1}] | [1] is there twice",
                "{'type':'object','required':['a']} | {} | a is required",
                "{'type':'object','required':['a'],'properties':{'a':{'default':1}}} | {} | ",
                "{'type':'object','properties':{'a':{'type':'string'}}} | {'a':1,'b':2} | a must be of type string",
                "{'type':'object','additionalProperties':{'type':'string'}} | {'a':1} | a must be of type string",
                "{} | {'a':[1]} | ",
            })
    void whatDoesNotFitIsNamed(String schema, String value, @Nullable String objection) {
        var objections = SchemaObjections.to(
                JsonParser.parseString(value.replace('\'', '"')), Json.parse(schema.replace('\'', '"')));
        if (objection == null) {
            assertThat(objections).isEmpty();
        } else {
            assertThat(objections).singleElement().asString().startsWith(objection.trim());
        }
    }
}

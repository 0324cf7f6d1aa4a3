package io.operatorlib.testing.crd;

import java.util.Arrays;
import java.util.List;

/**
 * Changes of the schema of one field, {@code .spec.f}, each with a value that was stored before. The columns: the class,
 * with an exclamation mark where the API server shows the harm; what the verdict says; the schema before; after; the
 * value.
 */
final class FieldChanges {
    private static final String TABLE = """
            BREAKING! | .f: type changed from integer to string              | {'type':'integer'} | {'type':'string'} | 1
            BREAKING! | .f: type changed from string to integer              | {'type':'string'} | {'type':'integer'} | 'x'
            BREAKING! | .f: type changed from object to array                | {'type':'object','additionalProperties':{'type':'string'}} | {'type':'array','items':{'type':'string'}} | {'a':'b'}
            BREAKING! | .f: type changed from number to integer              | {'type':'number'} | {'type':'integer'} | 1.5
            SAFE      | .f: type changed from integer to number              | {'type':'integer'} | {'type':'number'} | 1
            SAFE      | .f: type changed from integer to integer or string   | {'type':'integer'} | {'x-kubernetes-int-or-string':true} | 1
            SAFE      | .f: type changed from string to integer or string    | {'type':'string'} | {'x-kubernetes-int-or-string':true,'anyOf':[{'type':'integer'},{'type':'string'}]} | 'x'
            BREAKING! | .f: type changed from integer or string to integer   | {'x-kubernetes-int-or-string':true} | {'type':'integer'} | '50%'
            BREAKING! | .f: type changed from integer or string to string    | {'x-kubernetes-int-or-string':true} | {'type':'string'} | 5
            SAFE      | .f: type changed from integer to anything            | {'type':'integer'} | {'x-kubernetes-preserve-unknown-fields':true} | 1
            BREAKING! | .f: type changed from anything to integer            | {'x-kubernetes-preserve-unknown-fields':true} | {'type':'integer'} | {'a':1}
            BREAKING! | .f.b: field removed                                  | {'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}}} | {'type':'object','properties':{'a':{'type':'string'}}} | {'a':'x','b':'y'}
            SAFE      | .f.b: no longer described, but kept                  | {'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}}} | {'type':'object','properties':{'a':{'type':'string'}},'x-kubernetes-preserve-unknown-fields':true} | {'a':'x','b':'y'}
            SAFE      | .f.b: field added                                    | {'type':'object','properties':{'a':{'type':'string'}}} | {'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}}} | {'a':'x'}
            SAFE      | .f.b: field added                                    | {'type':'object','properties':{'a':{'type':'string'}}} | {'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string','default':'z'}}} | {'a':'x'}
            SAFE      | .f.b: field added                                    | {'type':'object','properties':{'a':{'type':'string'}}} | {'type':'object','properties':{'a':{'type':'string'},'b':{'type':'object','required':['c'],'properties':{'c':{'type':'string'}}}}} | {'a':'x'}
            BREAKING! | .f.b: required now                                   | {'type':'object','properties':{'a':{'type':'string'}}} | {'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}},'required':['b']} | {'a':'x'}
            SAFE      | .f.b: required, with a default                       | {'type':'object','properties':{'a':{'type':'string'}}} | {'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string','default':'z'}},'required':['b']} | {'a':'x'}
            BREAKING! | .f.b: required now                                   | {'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}}} | {'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}},'required':['b']} | {'a':'x'}
            SAFE      | .f.a: no longer required                             | {'type':'object','properties':{'a':{'type':'string'}},'required':['a']} | {'type':'object','properties':{'a':{'type':'string'}}} | {'a':'x'}
            BREAKING! | .f.b: required, and no longer defaulted              | {'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string','default':'z'}},'required':['b']} | {'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}},'required':['b']} | {'a':'x'}
            BREAKING! | .f.b: field described, where anything was kept       | {'type':'object','x-kubernetes-preserve-unknown-fields':true} | {'type':'object','properties':{'b':{'type':'integer'}},'x-kubernetes-preserve-unknown-fields':true} | {'b':'text'}
            SAFE      | .f.b: field added                                    | {'type':'object','x-kubernetes-preserve-unknown-fields':true} | {'type':'object','properties':{'b':{'x-kubernetes-preserve-unknown-fields':true}},'x-kubernetes-preserve-unknown-fields':true} | {'b':'text'}
            BREAKING! | .f: what is unknown is pruned, and no longer kept    | {'type':'object','x-kubernetes-preserve-unknown-fields':true} | {'type':'object'} | {'b':'text'}
            SAFE      | .f: what is unknown is kept                          | {'type':'object'} | {'type':'object','x-kubernetes-preserve-unknown-fields':true} | {}
            BREAKING! | .f: value b removed                                  | {'type':'string','enum':['a','b']} | {'type':'string','enum':['a']} | 'b'
            SAFE      | .f: value b added                                    | {'type':'string','enum':['a']} | {'type':'string','enum':['a','b']} | 'a'
            BREAKING! | .f: only ["a"] is allowed                            | {'type':'string'} | {'type':'string','enum':['a']} | 'b'
            SAFE      | .f: any value is allowed                             | {'type':'string','enum':['a']} | {'type':'string'} | 'a'
            BREAKING! | .f: maximum changed from 9 to 7                      | {'type':'integer','maximum':9} | {'type':'integer','maximum':7} | 8
            SAFE      | .f: maximum changed from 7 to 9                      | {'type':'integer','maximum':7} | {'type':'integer','maximum':9} | 7
            BREAKING! | .f: maximum 7 added                                  | {'type':'integer'} | {'type':'integer','maximum':7} | 8
            SAFE      | .f: maximum 7 removed                                | {'type':'integer','maximum':7} | {'type':'integer'} | 7
            BREAKING! | .f: minimum changed from 0 to 1                      | {'type':'integer','minimum':0} | {'type':'integer','minimum':1} | 0
            SAFE      | .f: minimum changed from 1 to 0                      | {'type':'integer','minimum':1} | {'type':'integer','minimum':0} | 1
            BREAKING! | .f: minimum 1 added                                  | {'type':'integer'} | {'type':'integer','minimum':1} | 0
            SAFE      | .f: minimum 1 removed                                | {'type':'integer','minimum':1} | {'type':'integer'} | 1
            BREAKING! | .f: maximum 7 itself is no longer allowed            | {'type':'integer','maximum':7} | {'type':'integer','maximum':7,'exclusiveMaximum':true} | 7
            SAFE      | .f: maximum 7 itself is allowed                      | {'type':'integer','maximum':7,'exclusiveMaximum':true} | {'type':'integer','maximum':7} | 6
            BREAKING! | .f: minimum 1 itself is no longer allowed            | {'type':'integer','minimum':1} | {'type':'integer','minimum':1,'exclusiveMinimum':true} | 1
            SAFE      | .f: minimum 1 itself is allowed                      | {'type':'integer','minimum':1,'exclusiveMinimum':true} | {'type':'integer','minimum':1} | 2
            BREAKING! | .f: multipleOf added as 2                            | {'type':'integer'} | {'type':'integer','multipleOf':2} | 3
            SAFE      | .f: multipleOf 2 removed                             | {'type':'integer','multipleOf':2} | {'type':'integer'} | 4
            SAFE      | .f: multipleOf changed from 4 to 2                   | {'type':'integer','multipleOf':4} | {'type':'integer','multipleOf':2} | 4
            BREAKING! | .f: multipleOf changed from 2 to 4                   | {'type':'integer','multipleOf':2} | {'type':'integer','multipleOf':4} | 2
            BREAKING! | .f: maxLength changed from 9 to 3                    | {'type':'string','maxLength':9} | {'type':'string','maxLength':3} | 'abcd'
            SAFE      | .f: maxLength changed from 3 to 9                    | {'type':'string','maxLength':3} | {'type':'string','maxLength':9} | 'abc'
            BREAKING! | .f: minLength changed from 0 to 2                    | {'type':'string'} | {'type':'string','minLength':2} | 'a'
            SAFE      | .f: minLength changed from 2 to 0                    | {'type':'string','minLength':2} | {'type':'string'} | 'ab'
            BREAKING! | .f: maxItems 1 added                                 | {'type':'array','items':{'type':'string'}} | {'type':'array','items':{'type':'string'},'maxItems':1} | ['a','b']
            SAFE      | .f: maxItems 2 removed                               | {'type':'array','items':{'type':'string'},'maxItems':2} | {'type':'array','items':{'type':'string'}} | ['a','b']
            BREAKING! | .f: minItems changed from 0 to 1                     | {'type':'array','items':{'type':'string'}} | {'type':'array','items':{'type':'string'},'minItems':1} | []
            BREAKING! | .f: maxProperties 1 added                            | {'type':'object','additionalProperties':{'type':'string'}} | {'type':'object','additionalProperties':{'type':'string'},'maxProperties':1} | {'a':'1','b':'2'}
            BREAKING! | .f: minProperties changed from 0 to 1                | {'type':'object','additionalProperties':{'type':'string'}} | {'type':'object','additionalProperties':{'type':'string'},'minProperties':1} | {}
            BREAKING! | .f: pattern added as "^a"                            | {'type':'string'} | {'type':'string','pattern':'^a'} | 'b'
            BREAKING! | .f: pattern changed from "^a" to "^b"                | {'type':'string','pattern':'^a'} | {'type':'string','pattern':'^b'} | 'a'
            SAFE      | .f: pattern "^a" removed                             | {'type':'string','pattern':'^a'} | {'type':'string'} | 'a'
            BREAKING! | .f: format date-time added                           | {'type':'string'} | {'type':'string','format':'date-time'} | 'soon'
            SAFE      | .f: format date-time removed                         | {'type':'string','format':'date-time'} | {'type':'string'} | '2024-01-01T00:00:00Z'
            SAFE      | .f: format int32 changed to int64                    | {'type':'integer','format':'int32'} | {'type':'integer','format':'int64'} | 5
            BREAKING  | .f: format int64 changed to int32                    | {'type':'integer','format':'int64'} | {'type':'integer','format':'int32'} | 5000000000
            BREAKING  | .f: null is no longer allowed                        | {'type':'string','nullable':true} | {'type':'string'} | null
            SAFE      | .f: null is allowed                                  | {'type':'string'} | {'type':'string','nullable':true} | 'a'
            RISKY     | .f: default changed from "a" to "b"                  | {'type':'string','default':'a'} | {'type':'string','default':'b'} | -
            RISKY     | .f: default added as "b"                             | {'type':'string'} | {'type':'string','default':'b'} | -
            RISKY     | .f: default "a" removed                              | {'type':'string','default':'a'} | {'type':'string'} | 'c'
            BREAKING! | .f: list changed from atomic to set                  | {'type':'array','items':{'type':'string'}} | {'type':'array','items':{'type':'string'},'x-kubernetes-list-type':'set'} | ['a','a']
            RISKY     | .f: list changed from set to atomic                  | {'type':'array','items':{'type':'string'},'x-kubernetes-list-type':'set'} | {'type':'array','items':{'type':'string'},'x-kubernetes-list-type':'atomic'} | ['a','b']
            BREAKING! | .f: list changed from atomic to map                  | {'type':'array','items':{'type':'object','required':['k'],'properties':{'k':{'type':'string'},'l':{'type':'string'}}}} | {'type':'array','items':{'type':'object','required':['k'],'properties':{'k':{'type':'string'},'l':{'type':'string'}}},'x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['k']} | [{'k':'a'},{'k':'a'}]
            BREAKING! | .f: keys of the list changed from ["k","l"] to ["k"] | {'type':'array','items':{'type':'object','required':['k','l'],'properties':{'k':{'type':'string'},'l':{'type':'string'}}},'x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['k','l']} | {'type':'array','items':{'type':'object','required':['k','l'],'properties':{'k':{'type':'string'},'l':{'type':'string'}}},'x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['k']} | [{'k':'a','l':'1'},{'k':'a','l':'2'}]
            RISKY     | .f: merged in another way: added as "atomic"         | {'type':'object','properties':{'a':{'type':'string'}}} | {'type':'object','properties':{'a':{'type':'string'}},'x-kubernetes-map-type':'atomic'} | {'a':'x'}
            BREAKING! | .f: keys of one's own are pruned                     | {'type':'object','additionalProperties':{'type':'string'}} | {'type':'object'} | {'a':'b'}
            SAFE      | .f: keys of one's own are kept                       | {'type':'object'} | {'type':'object','additionalProperties':{'type':'string'}} | {}
            BREAKING! | .f: values described, where anything was kept        | {'type':'object','x-kubernetes-preserve-unknown-fields':true} | {'type':'object','additionalProperties':{'type':'integer'}} | {'a':'b'}
            BREAKING! | .f{}: type changed from string to integer            | {'type':'object','additionalProperties':{'type':'string'}} | {'type':'object','additionalProperties':{'type':'integer'}} | {'a':'b'}
            BREAKING! | .f[]: maximum 5 added                                | {'type':'array','items':{'type':'integer'}} | {'type':'array','items':{'type':'integer','maximum':5}} | [6]
            SAFE      | .f[].b: field added                                  | {'type':'array','items':{'type':'object','properties':{'a':{'type':'string'}}}} | {'type':'array','items':{'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}}}} | [{'a':'x'}]
            BREAKING! | .f[].b: required now                                 | {'type':'array','items':{'type':'object','properties':{'a':{'type':'string'}}}} | {'type':'array','items':{'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}},'required':['b']}} | [{'a':'x'}]
            BREAKING! | .f: anyOf added                                      | {'type':'string'} | {'type':'string','anyOf':[{'pattern':'^a'},{'pattern':'^b'}]} | 'c'
            SAFE      | .f: anyOf removed                                    | {'type':'string','anyOf':[{'pattern':'^a'},{'pattern':'^b'}]} | {'type':'string'} | 'b'
            BREAKING! | .f: oneOf changed                                    | {'type':'string','oneOf':[{'pattern':'^a'},{'pattern':'^b'}]} | {'type':'string','oneOf':[{'pattern':'^a'},{'pattern':'^c'}]} | 'b'
            BREAKING! | .f: not added                                        | {'type':'string'} | {'type':'string','not':{'enum':['b']}} | 'b'
            BREAKING! | .f: allOf added                                      | {'type':'string'} | {'type':'string','allOf':[{'maxLength':1}]} | 'ab'
            BREAKING! | .f: rule added: self < 5                             | {'type':'integer'} | {'type':'integer','x-kubernetes-validations':[{'rule':'self < 5'}]} | 6
            RISKY     | .f: rule for changes added: self >= oldSelf          | {'type':'integer'} | {'type':'integer','x-kubernetes-validations':[{'rule':'self >= oldSelf'}]} | 6
            SAFE      | .f: rule removed: self < 5                           | {'type':'integer','x-kubernetes-validations':[{'rule':'self < 5'}]} | {'type':'integer'} | 4
            SAFE      | .f: rule says something else: self < 5               | {'type':'integer','x-kubernetes-validations':[{'rule':'self < 5'}]} | {'type':'integer','x-kubernetes-validations':[{'rule':'self < 5','message':'less than five'}]} | 4
            SAFE      | .f: description changed                              | {'type':'integer'} | {'type':'integer','description':'how many'} | 4
            BREAKING! | .f: an object of Kubernetes now                      | {'type':'object','x-kubernetes-preserve-unknown-fields':true} | {'type':'object','x-kubernetes-preserve-unknown-fields':true,'x-kubernetes-embedded-resource':true} | {'a':1}
            BREAKING  | .f: no object of Kubernetes any more                 | {'type':'object','x-kubernetes-preserve-unknown-fields':true,'x-kubernetes-embedded-resource':true} | {'type':'object','x-kubernetes-preserve-unknown-fields':true} | {'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'}}
            """;

    private FieldChanges() {}

    static List<CrdTrial> all() {
        return TABLE.lines().map(FieldChanges::row).toList();
    }

    private static CrdTrial row(String line) {
        List<String> cells =
                Arrays.stream(line.split(" \\| ")).map(String::trim).toList();
        return CrdTrial.of(
                cells.get(0),
                "v1 .spec" + cells.get(1).replace('\'', '"').replace("one\"s", "one's"),
                Trials.definition(Trials.version("v1", true, cells.get(2))),
                Trials.definition(Trials.version("v1", true, cells.get(3))),
                cells.get(4));
    }
}

//go:build !nibbletext

package wasm

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/internal/jsonread"
)

// A wire can go both ways, as all can where a host is built.
type wire interface {
	Incoming
	Outgoing
}

// wires has a value of each struct.
var wires = []wire{
	&Failure{}, &Empty{},
	&TextOpenRequest{}, &TextOpenReply{}, &TextStage{}, &TextAdded{}, &TextHandle{}, &TextOptions{},
	&TextEncodeRequest{}, &TextEncodeReply{}, &TextSpelled{}, &TextCountReply{}, &TextDecodeRequest{},
	&TextBatchRequest{}, &TextBatchReply{}, &TextRow{}, &TextStepsReply{}, &TextStep{},
	&TextPipelineRequest{}, &TextPipelineReply{}, &TextSegment{}, &TextPiece{}, &TextFindRequest{}, &TextFindReply{},
	&TextInputRequest{}, &TextTruncation{}, &TextPadding{}, &TextInputReply{}, &TextEncoding{},
	&WeightsOpenRequest{}, &WeightsOpenReply{}, &TensorEntry{}, &WeightsHandle{}, &WeightsMemoryRequest{}, &WeightsMemoryReply{},
	&WeightsTensorRequest{}, &WeightsHistogramReply{}, &WeightsMeasureRequest{}, &WeightsMeasureReply{}, &WeightsBlockRequest{}, &WeightsBlockReply{},
	&ConvertPlanRequest{}, &ConvertPlanReply{}, &ConvertHandle{}, &ConvertStartRequest{}, &ConvertNextReply{}, &ConvertReportReply{},
	&QuantizeTypesReply{}, &QuantizeType{}, &QuantizeRequest{}, &QuantizeReply{},
	&ChatOpenRequest{}, &ChatOpenReply{}, &ChatHandle{}, &ChatRenderRequest{}, &ChatRenderReply{}, &ChatSpan{},
}

// TestAllWires: every struct of the package is among wires.
func TestAllWires(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var declared []string
	for _, e := range entries {
		if name := e.Name(); !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || name == "wire.go" {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range f.Decls {
			if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.TYPE {
				for _, spec := range d.Specs {
					if s, ok := spec.(*ast.TypeSpec); ok {
						if _, ok := s.Type.(*ast.StructType); ok {
							declared = append(declared, s.Name.Name)
						}
					}
				}
			}
		}
	}
	var tested []string
	for _, w := range wires {
		tested = append(tested, reflect.TypeOf(w).Elem().Name())
	}
	slices.Sort(declared)
	slices.Sort(tested)
	if !slices.Equal(declared, tested) {
		t.Errorf("declared %v\ntested   %v", declared, tested)
	}
}

// TestWires: what a struct writes is the JSON that its tags say, and it reads
// back what it wrote.
func TestWires(t *testing.T) {
	for _, w := range wires {
		typ := reflect.TypeOf(w).Elem()
		t.Run(typ.Name(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				value := reflect.New(typ)
				exotic := fill(t, value.Elem())
				data := value.Interface().(wire).AppendJSON([]byte("x"))[1:]
				again := reflect.New(typ)
				if err := ParseJSON(data, again.Interface().(wire)); err != nil {
					t.Fatalf("%v in %s", err, data)
				}
				if !same(value.Elem(), again.Elem()) {
					t.Fatalf("%+v\nis written %s\nand read  %+v", value, data, again)
				}
				if !json.Valid(data) {
					t.Fatalf("not JSON: %s", data)
				}
				if exotic {
					return
				}
				judge := reflect.New(typ)
				if err := json.Unmarshal(data, judge.Interface()); err != nil {
					t.Fatalf("%v in %s", err, data)
				}
				if !same(value.Elem(), judge.Elem()) {
					t.Fatalf("%+v\nis written %s\nand read by encoding/json %+v", value, data, judge)
				}
				written, err := json.Marshal(value.Interface())
				if err != nil {
					t.Fatal(err)
				}
				if got, want := keys(t, data), keys(t, written); !slices.Equal(got, want) {
					t.Fatalf("%s has the keys %q, encoding/json writes %q", data, got, want)
				}
			})
		})
	}
}

// keys returns those of an object, in order.
func keys(t *rapid.T, object []byte) []string {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(object, &fields); err != nil {
		t.Fatalf("%v in %s", err, object)
	}
	return slices.Sorted(maps.Keys(fields))
}

// fill draws a value. It reports whether there is something in it that
// encoding/json reads otherwise: a Raw, or a number that JSON does not have.
func fill(t *rapid.T, v reflect.Value) (exotic bool) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "int"))
	case reflect.Uint32:
		v.SetUint(uint64(rapid.Uint32().Draw(t, "uint32")))
	case reflect.Float64:
		f := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{math.NaN(), 1e21, 1e-7, -0.5, 0})).Draw(t, "float64")
		if exotic = math.IsNaN(f) || math.IsInf(f, 0); exotic {
			f = math.NaN() // which is what null is read as
		}
		v.SetFloat(f)
	case reflect.String:
		v.SetString(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"\x00\x1f\"\\/\u2028<&>", "日本🦊"})).Draw(t, "string"))
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[Raw]() {
			v.SetBytes([]byte(rapid.SampledFrom([]string{"null", "1", `{"a": [1, "}"]}`, `"x"`, "[]"}).Draw(t, "raw")))
			return true
		}
		n := rapid.IntRange(0, 3).Draw(t, "length")
		for range n {
			e := reflect.New(v.Type().Elem()).Elem()
			exotic = fill(t, e) || exotic
			v.Set(reflect.Append(v, e))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			exotic = fill(t, v.Field(i)) || exotic
		}
	default:
		t.Fatalf("no way to draw a %v", v.Type())
	}
	return exotic
}

// same is reflect.DeepEqual for which an empty slice is a nil one, and NaN is
// NaN.
func same(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Float64:
		return a.Float() == b.Float() || math.IsNaN(a.Float()) && math.IsNaN(b.Float())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !same(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := range a.NumField() {
			if !same(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}

func TestStrings(t *testing.T) {
	for in, want := range map[string]string{
		"a\xff\xe6\x97b":         `"a` + "\uFFFD\uFFFD\uFFFD" + `b"`,
		"\n\t\x00":               `"\u000a\u0009\u0000"`,
		`"\`:                     `"\"\\"`,
		"\u2028<script>&\uFFFD🦊": "\"\u2028<script>&\uFFFD🦊\"",
	} {
		if got := string(appendString(nil, in)); got != want {
			t.Errorf("%q is written %s, want %s", in, got, want)
		}
	}
}

func TestParseJSON(t *testing.T) {
	for document, want := range map[string]error{
		`{"tokenizer": 1} x`:            jsonread.ErrTrailing,
		`{"tokenizer": 1`:               jsonread.ErrTruncated,
		`[]`:                            jsonread.ErrType,
		`{"tokenizer": "1"}`:            jsonread.ErrType,
		`{"tokenizer": 1.5}`:            jsonread.ErrRange,
		`{"tokenizer": 1e30}`:           jsonread.ErrRange,
		`{"tokenizer": 1, "tokens": 2}`: unknownKey("tokens"),
	} {
		if err := ParseJSON([]byte(document), &TextHandle{}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", document, err, want)
		}
	}
	var id TextAdded
	if err := ParseJSON([]byte(`{"id": 4294967296}`), &id); !errors.Is(err, jsonread.ErrRange) {
		t.Errorf("an id beyond 32 bits: %v", err)
	}
	var empty TextHandle
	if err := ParseJSON([]byte(" {} "), &empty); err != nil || empty.Tokenizer != 0 {
		t.Errorf("%+v, %v", empty, err)
	}
}

package jsonread_test

import (
	"fmt"
	"strings"

	"github.com/nibble-go/nibble/internal/jsonread"
)

func ExampleParseObject() {
	config, err := jsonread.ParseObject([]byte(`{
		"architectures": ["LlamaForCausalLM"],
		"hidden_size": 4096,
		"rope_theta": 500000.0
	}`), jsonread.Options{NonFinite: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	width, _ := config.Int("hidden_size")
	theta, _ := config.Float("rope_theta")
	fmt.Println(width, theta)
	// Output: 4096 500000
}

// Every fault has a place and a path.
func ExampleError() {
	_, err := jsonread.Parse([]byte("{\n  \"layers\": [1, 2, 03]\n}"), jsonread.Options{})
	fmt.Println(err)
	// Output: line 2, column 20 (offset 21): layers[2]: invalid JSON: "03" is not a number
}

func ExampleDecoder() {
	d := jsonread.NewDecoder(strings.NewReader(`{"vocab": {"a": 0, "b": 1}, "rest": []}`), jsonread.Options{})
	err := d.ReadObject(func(key string) error {
		if key != "vocab" {
			return d.Skip()
		}
		return d.ReadObject(func(token string) error {
			id, err := d.ReadInt()
			fmt.Println(token, id)
			return err
		})
	})
	if err == nil {
		err = d.End()
	}
	fmt.Println(err)
	// Output:
	// a 0
	// b 1
	// <nil>
}

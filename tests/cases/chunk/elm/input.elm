port module Timer exposing
    ( Model
    , Msg(..)
    , init
    , main
    )

{-| A timer for people who forget the tea.

@docs Model, Msg, init

-}

import Browser
import Html exposing (Html, button, div, text)
import Html.Events as Events
import Json.Decode as Decode exposing (Decoder)
import Time


{-| What has to be remembered from one second to the next. -}
type alias Model =
    { left : Int
    , running : Bool
    , teas : List Tea
    }


type alias Tea =
    { name : String, seconds : Int }


{-| What can happen. -}
type Msg
    = Tick Time.Posix
    | Start Tea
    | Stop
    | Loaded (Result Decode.Error (List Tea))


type Phantom a
    = Phantom


port ring : String -> Cmd msg


port teas : (Decode.Value -> msg) -> Sub msg


-- The colour of the kettle.


colour =
    "teal"


{-| Nothing runs at first. -}
init : () -> ( Model, Cmd Msg )
init _ =
    ( { left = 0, running = False, teas = [] }, Cmd.none )


decodeTea : Decoder Tea
decodeTea =
    Decode.map2 Tea
        (Decode.field "name" Decode.string)
        (Decode.field "seconds" Decode.int)


update : Msg -> Model -> ( Model, Cmd Msg )
update msg model =
    case msg of
        Tick _ ->
            let
                left =
                    model.left - 1

                finish m =
                    { m | running = False, left = 0 }
            in
            if left <= 0 then
                ( finish model, ring "The tea is ready." )

            else
                ( { model | left = left }, Cmd.none )

        Start tea ->
            ( { model | running = True, left = tea.seconds }, Cmd.none )

        Stop ->
            ( { model | running = False }, Cmd.none )

        Loaded (Ok loaded) ->
            ( { model | teas = loaded }, Cmd.none )

        Loaded (Err error) ->
            ( model, ring (Decode.errorToString error) )


subscriptions : Model -> Sub Msg
subscriptions model =
    Sub.batch
        [ if model.running then
            Time.every 1000 Tick

          else
            Sub.none
        , teas (Decode.decodeValue (Decode.list decodeTea) >> Loaded)
        ]


{-| Minutes and seconds, as on a clock.

    clock 65 == "1:05"

-}
clock : Int -> String
clock seconds =
    String.fromInt (seconds // 60)
        ++ ":"
        ++ String.padLeft 2 '0' (String.fromInt (modBy 60 seconds))


view : Model -> Html Msg
view model =
    div []
        (text (clock model.left)
            :: List.map (\tea -> button [ Events.onClick (Start tea) ] [ text tea.name ]) model.teas
        )


main : Program () Model Msg
main =
    Browser.element
        { init = init
        , update = update
        , subscriptions = subscriptions
        , view = view
        }
